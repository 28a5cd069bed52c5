using Akka.Actor;

namespace Federation.Actors.Messages;

/// <summary>An actor whose state cannot be rebuilt by a restart: each failure becomes an <see cref="UnrestartableException"/>, and its
/// supervisor stops it.</summary>
internal abstract class UnrestartableActor : UntypedActor
{
    /// <summary>Stops a child that failed with <see cref="UnrestartableException"/>, and restarts any other.</summary>
    public static Directive Decide(Exception failure) =>
        (failure is ActorInitializationException ? failure.InnerException : failure) is UnrestartableException
            ? Directive.Stop
            : Directive.Restart;

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

internal class UnrestartableException(string message, Exception? cause = null) : Exception(message, cause);
