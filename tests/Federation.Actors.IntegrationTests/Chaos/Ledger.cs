using System.Globalization;

namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>Remembers every message of one sender and what it was answered, and judges a stream by that.</summary>
/// <remarks>Thread-safe. Two bytes of memory for each message.</remarks>
/// <param name="name">The sender.</param>
/// <param name="ordered">Whether the order is judged.</param>
internal sealed class Ledger(string name, bool ordered = true)
{
    private const byte WasAcked = 1;
    private const byte WasNacked = 2;
    private const byte WasStored = 4;
    private const byte MayRepeat = 8;

    private readonly Lock _lock = new();
    private readonly List<byte> _messages = [];
    private readonly List<string> _violations = [];
    private long _highest = -1;
    private long _stored;

    public string Name => name;

    /// <summary>Messages found in the stream.</summary>
    public long Stored => _stored;

    /// <summary>The payload of a message; another one for each.</summary>
    public string Payload(long number)
    {
        var check = unchecked((ulong)number * 0x9E3779B97F4A7C15UL);
        return string.Create(CultureInfo.InvariantCulture, $$"""{"from":"{{name}}","n":{{number}},"check":"{{check:x16}}"}""");
    }

    /// <summary>Notes an answer.</summary>
    public void Answered(long number, bool acked)
    {
        lock (_lock)
        {
            Grow(number);
            _messages[(int)number] |= acked ? WasAcked : WasNacked;
        }
    }

    /// <summary>Notes a message of the stream, in the stream's order.</summary>
    public void Found(string payload, long sent)
    {
        lock (_lock)
        {
            var start = $$"""{"from":"{{name}}","n":""";
            var end = payload.Length > start.Length ? payload.IndexOf(',', start.Length) : -1;
            if (!payload.StartsWith(start, StringComparison.Ordinal) || end < 0
                || !long.TryParse(
                    payload.AsSpan(start.Length, end - start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number >= sent || !string.Equals(payload, Payload(number), StringComparison.Ordinal))
            {
                Violation($"was never sent: {payload}");
                return;
            }

            Grow(number);
            _stored++;
            if ((_messages[(int)number] & (WasStored | MayRepeat)) == WasStored)
            {
                Violation($"{number} is there twice");
            }

            _messages[(int)number] |= WasStored;
            _messages[(int)number] &= unchecked((byte)~MayRepeat);
            if ((_messages[(int)number] & WasNacked) != 0)
            {
                // Sent again after others; its place says nothing.
                return;
            }

            if (ordered && number < _highest)
            {
                Violation($"{number} stands behind {_highest}");
            }

            _highest = Math.Max(_highest, number);
        }
    }

    /// <summary>
    /// The stream is deleted after it has been read: messages without an answer are published again, so the next stream may have them too.
    /// </summary>
    public void StreamDeleted()
    {
        lock (_lock)
        {
            _highest = -1;
            for (var number = 0; number < _messages.Count; number++)
            {
                if ((_messages[number] & (WasAcked | WasStored)) == WasStored)
                {
                    _messages[number] |= MayRepeat;
                }
            }
        }
    }

    /// <summary>What is wrong with the stream that has been read; empty when nothing is.</summary>
    public IReadOnlyList<string> Judge()
    {
        lock (_lock)
        {
            for (var number = 0; number < _messages.Count; number++)
            {
                if ((_messages[number] & (WasAcked | WasStored)) == WasAcked)
                {
                    Violation($"{number} was acked and is not there");
                }
            }

            return _violations;
        }
    }

    private void Grow(long number)
    {
        while (_messages.Count <= number)
        {
            _messages.Add(0);
        }
    }

    private void Violation(string text)
    {
        if (_violations.Count < 20)
        {
            _violations.Add($"{name}: {text}");
        }
    }
}
