using System.Net;
using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Sockets;

public sealed class RemoteAddressTests
{
    [Theory]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1:8081")]
    [InlineData("10.0.0.7", "10.0.0.7:8081")]
    [InlineData("::1", "[::1]:8081")]
    public void An_address_is_written_as_people_write_it(string address, string expected) =>
        Assert.Equal(expected, RemoteAddress.Of(new IPEndPoint(IPAddress.Parse(address), 8081)));

    [Fact]
    public void One_that_nobody_knows_is_said_to_be_unknown() => Assert.Equal("unknown", RemoteAddress.Of(null));
}
