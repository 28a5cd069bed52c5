using System.Globalization;

namespace Federation.Actors.Benchmarks;

/// <summary>One rate of <see cref="FanOut"/>.</summary>
/// <param name="Peers">How many there are.</param>
/// <param name="Published">Messages a second, before they are fanned out.</param>
/// <param name="Delivered">Acked by the peers, a second.</param>
/// <param name="CpuPerDelivery">Microseconds of the node's CPU time.</param>
/// <param name="Behind">Deliveries not acked yet when the last message was published.</param>
/// <param name="Lost">Deliveries never acked.</param>
internal sealed record FanOutRun(int Peers, int Published, double Delivered, double CpuPerDelivery, long Behind, long Lost)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture, $"{Published,11:N0} {Delivered,13:N0} {CpuPerDelivery,17:0.00} {Behind,19:N0} {Lost,6:N0}");
}
