using System.Globalization;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

/// <summary>Does what comes to mind to a delivery and to a naive one, and compares them after every step.</summary>
internal sealed class PeerDeliveryWalk
{
    private static readonly string[] Reasons = [
        "loop", "too_large", "not_permitted", "publish_failed", "queue_full", "shutting_down", "", "?"];

    private readonly Random _random;
    private readonly EgressSettings _settings;
    private readonly PeerDeliveryKit _kit;
    private readonly NaiveDelivery _naive;
    private readonly RateCheck _rates = new();
    private readonly List<CountedMessage> _offered = [];
    private readonly List<string> _firstSent = [];
    private TimeSpan _now = TimeSpan.FromHours(1);
    private long _number;

    public PeerDeliveryWalk(int seed)
    {
        _random = new Random(seed);
        _settings = new EgressSettings
        {
            Delivery = _random.Next(4) == 0 ? DeliveryMode.AtMostOnce : DeliveryMode.AtLeastOnce,
            MaxInFlight = _random.Next(1, 6),
            WindowBytes = _random.Next(5, 40),
            QueueSize = _random.Next(1, 8),
            QueueBytes = _random.Next(5, 60),
            MaxDeliver = _random.Next(0, 4),
            MaxRate = _random.Next(3) == 0 ? _random.Next(1, 200) : 0,
            MinRate = 2,
            AckTimeout = TimeSpan.FromMilliseconds(_random.Next(10, 3000)),
            RetryDelay = TimeSpan.FromMilliseconds(_random.Next(1, 2000)),
        };
        _kit = new PeerDeliveryKit(_settings);
        _naive = new NaiveDelivery(_settings);
    }

    /// <summary>How many messages were sent at all.</summary>
    public int Sent => _firstSent.Count;

    /// <summary>Goes so many steps.</summary>
    public void Go(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Step();
            Compare();
        }
    }

    /// <summary>Looks again only when it is told to, and gets rid of everything.</summary>
    public void Finish()
    {
        if (!_naive.IsConnected)
        {
            Connect();
        }

        _kit.Delivery.Limits.Request(null, _now);
        Take();
        for (var look = 0; _naive.Held > 0; look++)
        {
            Assert.True(look < 2000, "held for ever");
            var held = _naive.Held;
            foreach (var message in _naive.InFlight)
            {
                Answer(message.Id);
            }

            if (_naive.Held == held)
            {
                var next = _kit.Delivery.NextAt(_now);
                Assert.NotNull(next);
                Assert.True(next > _now || look == 0, "told to look again at once although nothing could be done");
                _now = next.Value;
            }

            Take();
            Compare();
        }
    }

    private void Step()
    {
        switch (_random.Next(20))
        {
            case < 6:
                Offer();
                break;
            case < 11:
                _now += TimeSpan.FromMilliseconds(_random.Next(4) == 0 ? 0 : _random.Next(500));
                Take();
                break;
            case < 14:
                Answer(AnyId());
                break;
            case 14:
                var (id, reason) = (AnyId(), Reasons[_random.Next(Reasons.Length)]);
                Assert.Equal(_naive.Nack(id, reason, _now), _kit.Nack(id, reason, _now.TotalSeconds));
                break;
            case 15 when _naive.IsConnected && _random.Next(2) == 0:
                _kit.Delivery.Disconnect();
                _naive.Disconnect();
                break;
            case 15 or 16 when !_naive.IsConnected:
                Connect();
                break;
            case 16:
                _kit.Delivery.Limits.Slow(_now, _random.Next(50));
                break;
            case 17:
                _kit.Delivery.Limits.Request(_random.Next(4) switch { 0 => 0, 1 => _random.Next(1, 50), 2 => 0.5, _ => null }, _now);
                break;
            case 18:
                Filter();
                break;
            case 19 when _random.Next(40) == 0:
                _kit.Delivery.Close(DropReason.PeerGone);
                _naive.Close();
                break;
            default:
                _kit.Delivery.Touch();
                break;
        }

        _rates.Set(_now, _kit.Delivery.Limits.Rate);
    }

    private void Offer()
    {
        var isAgain = _random.Next(6) == 0 && _offered.Count > 0;
        var old = isAgain ? _offered[_random.Next(_offered.Count)] : null;
        var (length, subject) = (_random.Next(2, 12), _random.Next(2) == 0 ? "a" : "b");
        var message = old is { Kept: true } ? Outbound.Stored(old.Number, old.Payload.Length, old.Subject, delivered: old.Delivered + 1)
            : _random.Next(2) == 0 ? Outbound.Stored(++_number, length, subject)
            : Outbound.Message(++_number, length, subject);
        _offered.Add(message);
        _kit.Delivery.Offer(message);
        _naive.Offer(message);
    }

    private void Connect()
    {
        _kit.Delivery.Connect("edge");
        _naive.Connect();
    }

    private void Filter()
    {
        var subject = _random.Next(3) switch { 0 => "a", 1 => "b", _ => null };
        _kit.Delivery.Limits.Filter = subject is null ? MessageFilter.All : Filters.Of($$"""{"subjects":["{{subject}}"]}""");
        _naive.Filter = message => subject is null || string.Equals(message.Subject, subject, StringComparison.Ordinal);
    }

    private void Take()
    {
        var sent = _kit.Delivery.Take(_now);
        _rates.Set(_now, _kit.Delivery.Limits.Rate);
        _rates.Sent(_now, sent.Count);
        _naive.Take(Outbound.Ids(sent), _kit.Delivery.Limits.Rate is not null, _now);
        _firstSent.AddRange(Outbound.Ids(sent).Where(id => !_firstSent.Contains(id)));
    }

    private void Answer(string id)
    {
        if (_settings.Delivery == DeliveryMode.AtMostOnce)
        {
            var count = _random.Next(1, 3);
            _kit.Delivery.Flushed(count);
            _naive.Flushed(count);
        }

        Assert.Equal(_naive.Ack(id), _kit.Ack(id));
    }

    /// <summary>Of something that is on its way, that was, or that never was.</summary>
    private string AnyId()
    {
        var flying = _naive.InFlight;
        return flying.Count > 0 && _random.Next(3) > 0 ? flying[_random.Next(flying.Count)].Id
            : _offered.Count > 0 && _random.Next(3) > 0 ? _offered[_random.Next(_offered.Count)].Id
            : "m-" + _random.Next(1_000_000, 2_000_000).ToString(CultureInfo.InvariantCulture);
    }

    private void Compare()
    {
        _kit.AssertConserved();
        Assert.Equal((_naive.Held, _naive.InFlight.Count), (_kit.Delivery.Held, _kit.Delivery.InFlight));
        Assert.True(_kit.Delivery.InFlight <= _settings.MaxInFlight, "too many are on their way");
        Assert.True(_naive.WindowBytes <= _settings.WindowBytes || _naive.InFlight.Count == 1, "too much is on its way");
        foreach (var end in _naive.Ended.GroupBy(static ended => ended.End, StringComparer.Ordinal))
        {
            var counted = end.Key is "delivered"
                ? _kit.Metrics.Delivered.Value : end.Key is "returned" ? _kit.Metrics.Returned.Value : _kit.Dropped(end.Key);
            Assert.Equal((end.Key, end.Count()), (end.Key, (int)counted));
        }

        Assert.Equal(_naive.Ended.Where(static ended => ended.End is "loop" or "too_large" or "not_permitted" or "max_deliver")
            .Select(static ended => ended.Message), _kit.Dead.Select(static dead => dead.Message));
        var returned = _naive.Ended.Where(static ended => ended.End is "returned").Select(static ended => ended.Message).ToHashSet();
        var done = _naive.Ended.Where(static ended => ended.End is not "returned").Select(static ended => ended.Message).ToHashSet();
        Assert.Equal(_naive.Ended.Count, returned.Count + done.Count);
        Assert.All(_offered, message => Assert.Equal(
            (done.Contains(message) ? 1 : 0, returned.Contains(message) ? 1 : 0), (message.DoneCount, message.ReturnCount)));
        var next = _kit.Delivery.NextAt(_now);
        Assert.True(next is null || _naive.IsConnected, "nothing can be sent without a connection");
    }
}
