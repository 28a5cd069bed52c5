using Federation.Actors.Security;

namespace Federation.Actors.Tests.Sockets;

public sealed class SecretSourceTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly KeptLog _log = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("secrets-");

    private string Token => Path.Combine(_directory.FullName, "token");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("s3cret")]
    [InlineData("s3cret\n")]
    [InlineData("\uFEFF \t s3cret \r\n\n")]
    public void Blanks_around_the_secret_in_a_file_are_ignored(string content)
    {
        File.WriteAllText(Token, content);

        Assert.Equal("s3cret", Source().Read());
    }

    [Fact]
    public void A_file_that_is_not_UTF8_is_a_fault_and_not_another_secret()
    {
        File.WriteAllBytes(Token, [.. "s3cret"u8, 0xFF]);

        Assert.Null(Source().Read());
        Assert.Equal([$"Warning: Cannot use {Token}: it is not UTF-8"], _log.Lines);
    }

    [Fact]
    public void A_changed_file_is_read_again_a_second_later_even_when_its_length_is_the_same()
    {
        File.WriteAllText(Token, "first");
        var source = Source();
        File.WriteAllText(Token, "secnd");

        Assert.Equal("first", source.Read());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("secnd", source.Read());
        Assert.Equal([$"Information: Reloaded the changed {Token}"], _log.Lines);
    }

    [Fact]
    public void A_file_that_a_link_leads_to_may_be_swapped_as_Kubernetes_does()
    {
        File.WriteAllText(Token + ".1", "first");
        File.WriteAllText(Token + ".2", "second");
        File.CreateSymbolicLink(Token, Token + ".1");
        var source = Source();
        File.CreateSymbolicLink(Token + ".new", Token + ".2");
        File.Move(Token + ".new", Token, overwrite: true);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("second", source.Read());
    }

    [Fact]
    public void A_file_that_becomes_empty_or_is_gone_keeps_the_last_secret_and_is_logged_once_each()
    {
        File.WriteAllText(Token, "first");
        var source = Source();
        File.WriteAllText(Token, " \n");
        ReadForAWhile(source, "first");
        File.Delete(Token);
        ReadForAWhile(source, "first");
        File.WriteAllText(Token, "second");
        ReadForAWhile(source, "second");

        Assert.Collection(
            _log.Lines,
            line => Assert.Equal($"Warning: Cannot use {Token} (the previous content stays in use): it is empty", line),
            line => Assert.StartsWith(
                $"Warning: Cannot use {Token} (the previous content stays in use): Could not find file", line, StringComparison.Ordinal),
            line => Assert.Equal($"Information: Reloaded the changed {Token}", line));
        Assert.DoesNotContain(
            _log.Lines, line => line.Contains("first", StringComparison.Ordinal) || line.Contains("second", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_was_never_there_holds_no_secret_until_it_is()
    {
        var source = Source();
        Assert.Null(source.Read());

        File.WriteAllText(Token, "late");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("late", source.Read());
    }

    [Fact]
    public void A_file_without_an_end_is_not_read_to_it() => Assert.Null(SecretSource.OfFile("/dev/zero", _log, _time).Read());

    [Theory]
    [InlineData("T", "s3cret")]
    [InlineData("EMPTY", null)]
    [InlineData("UNSET", null)]
    [InlineData("", null)]
    public void A_variable_holds_its_value_unless_that_is_empty(string variable, string? secret) =>
        Assert.Equal(secret, SecretSource.OfVariable(variable, name => name is "T" ? "s3cret" : name is "EMPTY" ? "" : null).Read());

    private SecretSource Source() => SecretSource.OfFile(Token, _log, _time);

    private void ReadForAWhile(SecretSource source, string expected)
    {
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(expected, source.Read());
        }
    }
}
