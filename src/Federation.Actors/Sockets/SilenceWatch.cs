namespace Federation.Actors.Sockets;

/// <summary>Decides when one connection is to be pinged and when it counts as gone.</summary>
/// <remarks>
/// Only silence while a reader waits counts: any byte from the peer ends it, a pong or anything else, and a reader that is held
/// up by backpressure, and so could not see a pong, is not held against the peer. A write that does not end while the reader does not wait either is: the
/// reader may be the one that waits for it. Not thread-safe: one sweep at a time asks.
/// </remarks>
internal sealed class SilenceWatch
{
    // The wait after whose beginning the ping left, or the write that was in progress: its complement, which is negative.
    private long _pingedWait;
    private long _pingedAt;

    /// <summary>What to do about the connection now.</summary>
    /// <param name="now">The current timestamp.</param>
    /// <param name="waitingSince">Timestamp at which the reader began to wait; 0 when it does not. Names the wait as well.</param>
    /// <param name="currentWrite">Names the write in progress; 0: none.</param>
    /// <param name="pingAfter">Silence before the ping, in timestamp units.</param>
    /// <param name="goneAfter">Silence after the ping, in timestamp units.</param>
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
