namespace Federation.Actors.TestKit;

/// <summary>Runs what waits for a task here and now: where a thread has a context of its own, as a test's may, it would be queued to another thread.</summary>
internal static class Inline
{
    /// <summary>Completes a task, or does not.</summary>
    public static T Run<T>(Func<T> complete)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return complete();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
