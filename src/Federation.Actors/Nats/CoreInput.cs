using Federation.Actors.Diagnostics;
using Federation.Actors.Settings;

namespace Federation.Actors.Nats;

/// <summary>The subscription of one input of type <c>nats</c>, retried with backoff whenever the server refuses it or it ends.</summary>
internal sealed class CoreInput
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly NatsLink _link;
    private readonly InputPortSettings _port;
    private readonly InputBuffer _buffer;
    private readonly InputFaults _faults;
    private readonly CancellationToken _stop;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CoreInput(NatsLink link, InputPortSettings port, InputBuffer buffer, InputFaults faults, CancellationToken stop)
    {
        _link = link;
        _port = port;
        _buffer = buffer;
        _faults = faults;
        _stop = stop;
    }

    /// <summary>Completes when the server has accepted or refused the subscription for the first time.</summary>
    public Task Answered => _answered.Task;

    public async Task RunAsync()
    {
        var pause = Backoff.OfNats(LongestPause);
        do
        {
            try
            {
                await _link.Opened.WaitAsync(_stop);
                await ReceiveAsync(pause);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // While the connection is away that is what is wrong, and told as such.
                if (!_stop.IsCancellationRequested && _link.IsOpen)
                {
                    Fail(e.GetBaseException().Message, needsChange: false);
                }
            }
        }
        while (await pause.WaitAsync(_stop));
    }

    private async Task ReceiveAsync(Backoff pause)
    {
        var refused = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscription = new CoreSubscription(
            _link.Connection, _port, (subject, headers, payload) => _buffer.Add(subject, headers, payload), _faults, _stop);
        await using var tracked = await _link.SubscribeAsync(subscription, text => refused.TrySetResult(text), _stop);
        if (await _link.IsAcceptedAsync(refused.Task, _stop))
        {
            tracked.Accept();
            pause.Reset();
            _faults.Remove(_port.Name);
            _answered.TrySetResult();
        }

        if (await Task.WhenAny(subscription.Ended, refused.Task) == refused.Task)
        {
            Fail($"NATS reports: {await refused.Task}", needsChange: true);
        }
    }

    private void Fail(string reason, bool needsChange)
    {
        if (needsChange)
        {
            _faults.Note(reason);
        }

        _faults.Add(new PortFault(
            _port.Name, $"subject {_port.Subject}", "", reason, needsChange
                ? "allow the node's NATS user to subscribe to it" : "the node retries", needsChange));
        _answered.TrySetResult();
    }
}
