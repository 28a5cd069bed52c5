using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.TestKit;

/// <summary>A dial of a client-mode component, pending until the test accepts or refuses it.</summary>
/// <remarks>Use it only from the thread of the test.</remarks>
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

    /// <summary>The dialled address.</summary>
    public Uri Url { get; }

    /// <summary>True if the node has given up the dial.</summary>
    public bool IsCancelled => _result.Task.IsCanceled;

    internal Task<ConnectedPeer> Result => _result.Task;

    /// <summary>Lets the dial succeed.</summary>
    /// <returns>The dialled server.</returns>
    /// <exception cref="InvalidOperationException">The dial has already ended.</exception>
    public TestPeer Accept()
    {
        EnsureOpen();
        var peer = _connect(PeerIdentity.OfServer(Url));
        End(() => _result.TrySetResult(new ConnectedPeer(peer.Socket, new PeerName(peer.Name, Lasting: false))));
        return peer;
    }

    /// <summary>Lets the dial fail.</summary>
    /// <param name="reason">The reason, one sentence.</param>
    /// <exception cref="InvalidOperationException">The dial has already ended.</exception>
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
