namespace Federation.Actors.Sockets;

/// <summary>Decides when one connection is to be pinged and when it counts as gone.</summary>
/// <remarks>
/// Only silence while a reader waits counts: any byte from the peer ends it, a pong or anything else, and a reader that is held
/// up by backpressure, and so could not see a pong, is not held against the peer. A write that does not end while the reader does not wait
/// either is: the reader may be the one that waits for it. A structure kept in its socket, since each connection has one. Not thread-safe:
/// one sweep at a time asks.
/// </remarks>
internal struct SilenceWatch
{
    // The wait after whose beginning the ping left, or the write that was in progress: its complement, which is negative.
    private long _pingedWait;
    private long _pingedAt;

    /// <summary>
    /// Takes timestamps and spans in timestamp units. The beginning of a wait identifies it, and a number a write; 0: none.
    /// </summary>
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

    /// <summary>Silent for so long that the peer is asked whether it is there.</summary>
    Ping,

    /// <summary>Asked, and no byte came in time.</summary>
    Gone,
}
