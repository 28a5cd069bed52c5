using Federation.Actors.Configuration;

namespace Federation.Actors.Tests.Configuration;

public sealed class NkeyFileTests
{
    private const string Seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

    [Theory]
    [InlineData(Seed)]
    [InlineData(Seed + "\r\n")]
    [InlineData(Seed + "\nUDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4\n")]
    [InlineData("-----BEGIN USER NKEY SEED-----\n" + Seed + "\n------END USER NKEY SEED------\n")]
    public void An_nkey_file_needs_a_seed_and_nothing_else(string text) => Assert.Equal(Seed, NkeyFile.Seed(text));

    [Theory]
    [InlineData("")]
    [InlineData("UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4")]
    public void Without_a_seed_there_is_none(string text) => Assert.Null(NkeyFile.Seed(text));
}
