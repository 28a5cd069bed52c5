using System.Collections.Concurrent;
using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.Fuzz;

/// <summary>A peer that sends envelopes in segments, cut anywhere, and checks that each gets its one right answer. Thread-safe.</summary>
internal sealed class FuzzPeer
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _owed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _payloads = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _faults;
    private readonly EnvelopeFuzz _fuzz;
    private readonly RecordFuzz? _records;
    private readonly Random _random;
    private readonly bool _mayDrop;
    private MemoryFrame? _rest;
    private int _pending;

    /// <param name="seed">Of all that it sends.</param>
    /// <param name="name">Its name.</param>
    /// <param name="mayDrop">Whether the queue may have no room for a message.</param>
    /// <param name="faults">Gets what is not right.</param>
    /// <param name="batches">Whether it sends batch frames too.</param>
    public FuzzPeer(int seed, string name, bool mayDrop, ConcurrentQueue<string> faults, bool batches = false)
    {
        _fuzz = new EnvelopeFuzz(seed, FuzzBus.Node);
        _random = new Random(seed);
        _records = batches ? new RecordFuzz(_random, FuzzBus.Node) : null;
        _mayDrop = mayDrop;
        _faults = faults;
        Name = name;
        Socket = new MemorySocket(seen =>
        {
            if (seen is PeerEvent.Got got)
            {
                Read(got.Text);
            }
        }) { IsAsynchronous = true };
    }

    public string Name { get; }

    public MemorySocket Socket { get; }

    /// <summary>Answers that have not come.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>True when it has sent all of its last envelope.</summary>
    public bool IsWhole => _rest is null;

    /// <summary>Sends a segment.</summary>
    /// <param name="envelopes">How many envelopes begin in it.</param>
    /// <param name="mayCut">Whether it may end in the middle of an envelope.</param>
    public void Send(int envelopes, bool mayCut)
    {
        var frames = new List<MemoryFrame>(envelopes + 2);
        if (_rest is { } rest)
        {
            frames.Add(rest);
            _rest = null;
        }

        for (var i = 0; i < envelopes; i++)
        {
            var text = Next(out var isText);
            var cut = _random.Next(text.Length + 1);
            var isCut = mayCut && i == envelopes - 1 && _random.Next(2) == 0;
            if (!isCut && _random.Next(10) > 0)
            {
                frames.Add(new MemoryFrame(text, IsLast: true) { IsText = isText });
                continue;
            }

            frames.Add(new MemoryFrame(text.AsMemory(0, cut), IsLast: false) { IsText = isText });
            var end = new MemoryFrame(text.AsMemory(cut), IsLast: true) { IsText = isText };
            if (isCut)
            {
                _rest = end;
            }
            else
            {
                frames.Add(end);
            }
        }

        Socket.Send([.. frames]);
    }

    private byte[] Next(out bool isText)
    {
        isText = _records is null || _random.Next(3) == 0;
        if (!isText)
        {
            return _records!.Next(Owe);
        }

        Owe(_fuzz.Next(out var text));
        return text;
    }

    /// <summary>Checks that a message is published as it was sent.</summary>
    public void Published(string id, string payload)
    {
        lock (_gate)
        {
            if (_payloads.TryGetValue(id, out var sent) && !string.Equals(sent, payload, StringComparison.Ordinal))
            {
                _faults.Enqueue($"{Name}: {id} was sent with {sent} and published with {payload}");
            }
        }
    }

    /// <summary>What is owed, for a message that the test fails with.</summary>
    public string Describe()
    {
        lock (_gate)
        {
            return $"{Name} waits for {string.Join(", ", _owed.Keys.Take(5))}";
        }
    }

    private void Owe(EnvelopeFuzz.Expected expected)
    {
        if (expected.Id.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            var key = $"{Kind(expected.What)} {expected.Id}";
            _owed[key] = _owed.GetValueOrDefault(key) + 1;
            _pending++;
            if (expected is { Payload: { } payload, What: EnvelopeFuzz.Answer.Ack or EnvelopeFuzz.Answer.Refused })
            {
                _payloads[expected.Id] = payload;
            }
        }
    }

    private static string Kind(EnvelopeFuzz.Answer answer) => answer switch
    {
        EnvelopeFuzz.Answer.Ack => "ack",
        EnvelopeFuzz.Answer.Refused => "publish_failed",
        EnvelopeFuzz.Answer.MissingPayload => "missing_payload",
        EnvelopeFuzz.Answer.Loop => "loop",
        _ => "reply",
    };

    private void Read(string text)
    {
        if (text.StartsWith(PeerEvent.Binary, StringComparison.Ordinal))
        {
            List<AnswerRange> ranges = [];
            if (AnswerFrame.Read(Convert.FromHexString(text.AsSpan(PeerEvent.Binary.Length)), ranges) is { } fault)
            {
                _faults.Enqueue($"{Name} got {text}: {fault}");
            }

            foreach (var range in ranges)
            {
                for (var sequence = range.First; sequence < range.End; sequence++)
                {
                    Read(text, range.Reason ?? "ack", RecordFuzz.Id(sequence));
                }
            }

            return;
        }

        var (type, id) = (Between(text, "{\"type\":\"", "\""), Between(text, "\"id\":\"", "\",\"timestamp\":"));
        if (type is "slow")
        {
            return;
        }

        Read(text, type is "nack" ? Between(text, "\"reason\":\"", "\"") : type, id);
    }

    private void Read(string text, string kind, string id)
    {
        lock (_gate)
        {
            if (!Settle($"{kind} {id}") && !(_mayDrop && kind is "queue_full" && (Settle($"ack {id}") || Settle($"publish_failed {id}"))))
            {
                _faults.Enqueue($"{Name} got {text}, and that {id} gets "
                    + $"{string.Join(", ", _owed.Keys.Where(key => key.EndsWith(" " + id, StringComparison.Ordinal)))}");
            }

            _payloads.Remove(id);
        }
    }

    private bool Settle(string key)
    {
        if (!_owed.TryGetValue(key, out var count))
        {
            return false;
        }

        if (count == 1)
        {
            _owed.Remove(key);
        }
        else
        {
            _owed[key] = count - 1;
        }

        _pending--;
        return true;
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        var to = text.IndexOf(end, from, StringComparison.Ordinal);
        return from < start.Length || to < 0 ? "" : text[from..to];
    }
}
