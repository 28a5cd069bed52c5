using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.TestKit;

/// <summary>A dial of a client-mode component, under way until the test says how it ends.</summary>
/// <remarks>For the test's thread.</remarks>
public sealed class TestDial
{
    private readonly FederationTestKit _kit;
    private readonly Func<string, TestPeer> _connect;
    private readonly TaskCompletionSource<ConnectedPeer> _result = new();

    internal TestDial(FederationTestKit kit, Uri url, Func<string, TestPeer> connect)
    {
        _kit = kit;
        _connect = connect;
        Url = url;
    }

    /// <summary>What is dialled.</summary>
    public Uri Url { get; }

    /// <summary>True when the node has given the dial up.</summary>
    public bool IsCancelled => _result.Task.IsCanceled;

    internal Task<ConnectedPeer> Result => _result.Task;

    /// <summary>The dial succeeds.</summary>
    /// <returns>The server that was dialled.</returns>
    /// <exception cref="InvalidOperationException">The dial has ended already.</exception>
    public TestPeer Accept()
    {
        EnsureOpen();
        var peer = _connect(PeerIdentity.OfServer(Url));
        End(() => _result.TrySetResult(new ConnectedPeer(peer.Socket, new PeerName(peer.Name, Lasting: false))));
        return peer;
    }

    /// <summary>The dial fails.</summary>
    /// <param name="reason">Why, one sentence.</param>
    /// <exception cref="InvalidOperationException">The dial has ended already.</exception>
    public void Refuse(string reason = "Connection refused")
    {
        EnsureOpen();
        End(() => _result.TrySetException(new DialFailedException(reason, ErrorTypes.DialFailed)));
    }

    /// <summary>The address, without a query.</summary>
    public override string ToString() => $"a dial of {Url.GetLeftPart(UriPartial.Path)}";

    internal void Cancel() => _result.TrySetCanceled();

    private void EnsureOpen()
    {
        _kit.Settle();
        if (_result.Task.IsCompleted)
        {
            throw new InvalidOperationException($"{this} has ended already");
        }
    }

    private void End(Func<bool> end)
    {
        Inline.Run(end);
        _kit.Settle();
    }
}

/// <summary>Completes a task's continuations on this thread: with a synchronization context, as a test's thread may have, they would be
/// queued.</summary>
internal static class Inline
{
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
