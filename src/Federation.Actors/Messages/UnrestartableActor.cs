using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>
/// An actor whose state no restart can rebuild: each of its failures is an <see cref="UnrestartableException"/>, at which its supervisor
/// stops it.
/// </summary>
internal abstract class UnrestartableActor : UntypedActor
{
    /// <summary>Stops a child that has failed so, and restarts any other.</summary>
    public static Directive Decide(Exception failure) =>
        (failure is ActorInitializationException ? failure.InnerException : failure) is UnrestartableException
            ? Directive.Stop
            : Directive.Restart;

    /// <inheritdoc />
    public sealed override void AroundPreStart()
    {
        try
        {
            base.AroundPreStart();
        }
        catch (Exception e) when (e is not UnrestartableException)
        {
            throw new UnrestartableException(e.Message, e);
        }
    }

    /// <inheritdoc />
    protected sealed override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception e) when (e is not UnrestartableException)
        {
            throw new UnrestartableException(e.Message, e);
        }
    }
}

/// <summary>An actor has failed that cannot be restarted.</summary>
internal class UnrestartableException(string message, Exception? cause = null) : Exception(message, cause);
