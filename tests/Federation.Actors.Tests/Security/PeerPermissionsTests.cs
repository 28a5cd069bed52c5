using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;

namespace Federation.Actors.Tests.Security;

public sealed class PeerPermissionsTests : VirtualTimeKit
{
    private readonly ComponentMetrics _metrics = new(new FederationMetrics(), "hub");
    private readonly TestProbe _health;
    private readonly DenialReports _reports;

    public PeerPermissionsTests()
    {
        _health = CreateTestProbe();
        _reports = new DenialReports(_metrics, new FederationLog(Sys, Sys.Log, "hub"), _health);
    }

    [Fact]
    public void An_empty_profile_permits_everything()
    {
        var permissions = Of(new ProfileSettings());

        Assert.Null(permissions.Forbids("a"));
        Assert.Null(permissions.ForbidsMethod("replay"));
        Assert.Null(permissions.ForbidsMethod("reboot"));
        Assert.True(permissions.MayReceive("a"));
        Assert.False(permissions.LimitsMethods);
        Assert.Equal(int.MaxValue, permissions.MaxLength);
        Assert.All(Enum.GetValues<DenialReason>(), reason => Assert.Equal(0, _metrics.Denials(reason).Value));
    }

    [Theory]
    [InlineData("status replay", true, "status", null)]
    [InlineData("status replay", true, "replay", null)]
    [InlineData("status replay", false, "replay", "Replay")]
    [InlineData("*", false, "replay", "Replay")]
    [InlineData("*", false, "status", null)]
    [InlineData("status", true, "replay", "Method")]
    [InlineData("status", false, "replay", "Method")]
    [InlineData("status", true, "Status", "Method")]
    [InlineData("", true, "status", "Method")]
    public void A_method_is_permitted_by_its_name(string methods, bool replay, string method, string? reason)
    {
        var permissions = Of(
            new ProfileSettings { Name = "sensor", Methods = methods.Split(' ', StringSplitOptions.RemoveEmptyEntries), Replay = replay });

        Assert.Equal(
            reason is null ? null : $"the profile sensor does not permit the method {method}", permissions.ForbidsMethod(method));

        Assert.All(Enum.GetValues<DenialReason>(), one =>
            Assert.Equal(string.Equals($"{one}", reason, StringComparison.Ordinal) ? 1 : 0, _metrics.Denials(one).Value));
    }

    [Fact]
    public void Every_denial_is_counted_and_one_of_each_reason_is_reported_as_soon_as_the_log_lets_it()
    {
        var permissions = Of(new ProfileSettings
        {
            Name = "sensor", Publish = new PublishSettings { Allow = ["up.>"] }, Receive = ["down.>"], MaxMessageSize = 1000,
        });

        for (var i = 0; i < 5; i++)
        {
            Assert.True(permissions.TryReport(permissions.Forbids($"a.{i}")!));
            Assert.False(permissions.TryReport("the subject a.0 is not in allowed_subjects of the port"));
            Assert.False(permissions.MayReceive($"b.{i}"));
            Assert.Equal("the message has 1001 bytes, and the profile sensor permits 1000", permissions.TooLarge(1001));
            Advance(FederationLog.Interval);
        }

        Assert.Equal((5, 5, 5), (Count(DenialReason.Publish), Count(DenialReason.Receive), Count(DenialReason.Size)));
        Expect("the profile sensor does not permit the subject a.0");
        Expect("the profile sensor withholds messages with the subject b.1");
        Expect("the message has 1001 bytes, and the profile sensor permits 1000");
        Settle();
        Assert.False(_health.HasMessages);
    }

    [Fact]
    public void The_first_denial_is_a_line_of_the_log() => EventFilter.Warning(
        contains: "hub: edge-7: the profile sensor withholds messages with the subject a").ExpectOne(
            () => Of(new ProfileSettings { Name = "sensor", Receive = [] }).MayReceive("a"));

    [Fact]
    public void A_denial_is_an_event() => Assert.Equal(
        (FederationEventKind.PermissionDenied, "edge-7", "edge-7 at hub: the profile sensor does not permit the subject a"),
        new ComponentEvents("hub").Tell(
            new HealthProtocol.PermissionDenied("hub", "edge-7", "the profile sensor does not permit the subject a"), Clock.Now) is { } told
                ? (told.Kind, told.Peer, told.Text) : default);

    private PeerPermissions Of(ProfileSettings profile) => new(profile, "edge-7", _reports);

    private long Count(DenialReason reason) => _metrics.Denials(reason).Value;

    private void Expect(string text) => Assert.Equal(new HealthProtocol.PermissionDenied("hub", "edge-7", text),
        _health.ExpectMsg<HealthProtocol.PermissionDenied>());
}
