using Federation.Actors.Host.Commands;

namespace Federation.Actors.Tests.Sending;

public sealed class SendLedgerTests
{
    [Fact]
    public void The_time_to_the_first_connection_is_counted_apart()
    {
        var ledger = new SendLedger(new SendSettings(Rate: null, Window: 1, Resend: true, TimeSpan.FromSeconds(1)));
        Assert.Equal((3, 3), Times(ledger.Summarize(TimeSpan.FromSeconds(3), error: null)));

        ledger.Connected(TimeSpan.FromSeconds(4));
        ledger.Connected(TimeSpan.FromSeconds(6));

        Assert.Equal((7.5, 4), Times(ledger.Summarize(TimeSpan.FromSeconds(7.5), error: null)));
    }

    private static (double All, double Connecting) Times(SendSummary summary) => (summary.Seconds, summary.ConnectingSeconds);
}
