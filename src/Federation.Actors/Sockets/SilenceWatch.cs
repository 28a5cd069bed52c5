namespace Federation.Actors.Sockets;

/// <summary>Decides when one connection is to be pinged and when it counts as gone.</summary>
/// <remarks><para>Only silence while a reader waits counts, and any byte from the peer ends it. A reader that is held up by backpressure
/// could not see a pong, so its peer is not gone. An endless write while the reader does not wait counts too: the reader may be waiting
/// for it.</para>
/// <para>A structure kept in its socket, one for each connection. Not thread-safe: one sweep at a time calls it.</para></remarks>
internal struct SilenceWatch
{
    // The wait after whose beginning the ping left, or the write that was in progress: its complement, which is negative.
    private long _pingedWait;
    private long _pingedAt;

    /// <summary>In timestamps and timestamp units. A wait is identified by its start, and a write by a number; 0: none.</summary>
    public SilenceVerdict Look(long now, long waitingSince, int currentWrite, long pingAfter, long goneAfter)
    {
        if (waitingSince == 0)
        {
            return LookAtWrite(now, currentWrite, pingAfter + goneAfter);
        }

        if (_pingedWait == waitingSince)
        {
            return now - _pingedAt >= goneAfter ? SilenceVerdict.Gone : SilenceVerdict.Fine;
        }

        if (now - waitingSince < pingAfter)
        {
            return SilenceVerdict.Fine;
        }

        (_pingedWait, _pingedAt) = (waitingSince, now);
        return SilenceVerdict.Ping;
    }

    private SilenceVerdict LookAtWrite(long now, int currentWrite, long goneAfter)
    {
        if (currentWrite == 0)
        {
            return SilenceVerdict.Fine;
        }

        if (_pingedWait == ~(long)currentWrite)
        {
            return now - _pingedAt >= goneAfter ? SilenceVerdict.Gone : SilenceVerdict.Fine;
        }

        (_pingedWait, _pingedAt) = (~(long)currentWrite, now);
        return SilenceVerdict.Fine;
    }
}

internal enum SilenceVerdict
{
    Fine,

    Ping,

    /// <summary>Pinged, and silent until the deadline.</summary>
    Gone,
}
