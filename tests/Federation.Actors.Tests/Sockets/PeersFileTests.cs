using Federation.Actors.Configuration;
using Federation.Actors.Security;

namespace Federation.Actors.Tests.Sockets;

public sealed class PeersFileTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly KeptLog _log = new();
    private readonly TemporaryFile _file = new(Line("edge-7", "seven") + Line("edge-8", "eight"));
    private readonly PeerAuthenticator _peers;

    public PeersFileTests() => _peers = PeerAuthenticator.Create(
        new AuthSettings { Type = AuthType.Bearer, PeersFile = _file.Path, Profiles = [new ProfileSettings { Name = "sensor" }] },
        static _ => null, _log, _time);

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_token_of_the_file_proves_its_name_and_reserves_it()
    {
        Assert.Equal("edge-7", Admitted("seven")?.Name);
        Assert.Equal("edge-8", Admitted("eight")?.Name);
        Assert.Null(Admitted("other"));
        Assert.Null(Admitted(PeerTable.HashOf("seven")));
        Assert.True(_peers.IsNamed("edge-7"));
        Assert.False(_peers.IsNamed("edge-9"));
    }

    [Fact]
    public void A_removed_line_and_a_changed_secret_revoke_and_nothing_else_does()
    {
        var (seven, eight) = (Admitted("seven")!, Admitted("eight")!);

        Change(Line("edge-9", "nine") + Line("edge-8", "eight"));
        Assert.True(seven.IsRevoked);
        Assert.False(eight.IsRevoked);
        Assert.Equal("edge-9", Admitted("nine")?.Name);

        Change(Line("edge-8", "changed"));
        Assert.True(eight.IsRevoked);
        Assert.Null(Admitted("eight"));
    }

    [Fact]
    public void A_token_that_becomes_that_of_another_peer_is_revoked()
    {
        var seven = Admitted("seven")!;

        Change(Line("edge-9", "seven"));

        Assert.True(seven.IsRevoked);
    }

    [Fact]
    public void A_credential_with_another_profile_ends()
    {
        var (seven, eight) = (Admitted("seven")!, Admitted("eight")!);

        Change(Line("edge-7", "seven", ", profile = sensor") + Line("edge-8", "eight"));

        Assert.True(seven.IsRevoked);
        Assert.False(eight.IsRevoked);
        Assert.Equal("sensor", Admitted("seven")?.Profile);
    }

    [Fact]
    public void A_faulty_file_changes_nothing_and_is_a_problem_until_it_is_valid()
    {
        var seven = Admitted("seven")!;

        Change("edge-7 = plain");

        Assert.False(seven.IsRevoked);
        Assert.NotNull(Admitted("eight"));
        var problem = $"{Path.GetFileName(_file.Path)}:1: edge-7: found a value, expected a block such as {{ secret = \"sha256:...\" }}";
        Assert.Equal($"cannot use {_file.Path}: {problem}", Assert.Single(_peers.Files).Problem);
        Assert.Equal([$"Warning: Cannot use {_file.Path} (the previous content stays in use): {problem}"], _log.Lines);

        Change(Line("edge-7", "seven"));
        Assert.Null(Assert.Single(_peers.Files).Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_deleted_or_empty_file_revokes_all_unless_it_is_only_being_written(bool isDeleted)
    {
        var seven = Admitted("seven")!;
        var content = File.ReadAllText(_file.Path);

        Empty();
        Look();
        File.WriteAllText(_file.Path, content);
        Look();
        Look();
        Assert.False(seven.IsRevoked);
        Empty();
        Look();
        Assert.False(seven.IsRevoked);
        Look();
        Assert.True(seven.IsRevoked);
        Assert.Contains($"Warning: {_file.Path} is deleted or empty: its credentials are revoked", _log.Lines);

        File.WriteAllText(_file.Path, content);
        Look();
        Assert.NotNull(Admitted("seven"));

        void Empty()
        {
            if (isDeleted)
            {
                File.Delete(_file.Path);
            }
            else
            {
                File.WriteAllText(_file.Path, "\n");
            }
        }
    }

    [Fact]
    public void A_file_that_cannot_be_read_revokes_nobody()
    {
        var seven = Admitted("seven")!;

        File.Delete(_file.Path);
        Directory.CreateDirectory(_file.Path);
        Look();
        Look();
        Look();
        Directory.Delete(_file.Path);

        Assert.False(seven.IsRevoked);
        Assert.StartsWith($"cannot use {_file.Path}: ", Assert.Single(_peers.Files).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_faulty_at_the_start_is_named_with_its_line()
    {
        using var faulty = new TemporaryFile("edge-7 = plain");

        var thrown = Assert.Throws<MissingCredentialException>(() => PeerAuthenticator.Create(
            new AuthSettings { Type = AuthType.Bearer, PeersFile = faulty.Path }, static _ => null, _log, _time));

        Assert.StartsWith($"auth.peers_file: cannot use {faulty.Path}: {Path.GetFileName(faulty.Path)}:1: edge-7: found a value",
            thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("second")]
    public void A_single_token_that_is_emptied_or_replaced_is_revoked(string next)
    {
        using var file = new TemporaryFile("first");
        var token = PeerAuthenticator.Create(
            new AuthSettings { Type = AuthType.Bearer, BearerTokenFile = file.Path }, static _ => null, _log, _time);
        Assert.True(token.Accepts("Bearer first", out var credential));

        File.WriteAllText(file.Path, next);
        for (var i = 0; i < 2; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Single(token.Files).Look();
        }

        Assert.True(credential!.IsRevoked);
        Assert.False(token.Accepts("Bearer first", out _));
        Assert.Equal(next.Length > 0, token.Accepts($"Bearer {next}", out _));
    }

    [Fact]
    public void A_password_that_is_replaced_is_revoked()
    {
        using var name = new TemporaryFile("edge");
        using var password = new TemporaryFile("first");
        var basic = PeerAuthenticator.Create(
            new AuthSettings { Type = AuthType.Basic, BasicUsernameFile = name.Path, BasicPasswordFile = password.Path },
            static _ => null, _log, _time);
        Assert.True(basic.Accepts("Basic " + Convert.ToBase64String("edge:first"u8), out var credential));
        Assert.False(credential!.IsRevoked);

        File.WriteAllText(password.Path, "second");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(credential.IsRevoked);
    }

    private static string Line(string name, string secret, string more = "") =>
        $"{name} {{ secret = \"{PeerTable.HashOf(secret)}\"{more} }}\n";

    private PeerCredential? Admitted(string token) => _peers.Accepts($"Bearer {token}", out var credential) ? credential : null;

    private void Change(string content)
    {
        File.WriteAllText(_file.Path, content);
        Look();
    }

    private void Look()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_peers.Files).Look();
    }
}
