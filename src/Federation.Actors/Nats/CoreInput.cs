using System.Threading.Channels;
using Federation.Actors.Diagnostics;
using Federation.Actors.Settings;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The subscription of one input of type <c>nats</c>: made again, with backoff, whenever the server refuses it or it ends.</summary>
internal sealed class CoreInput
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly NatsLink _link;
    private readonly InputPortSettings _port;
    private readonly Func<ChannelReader<NatsMsg<byte[]>>, Task> _receive;
    private readonly InputFaults _faults;
    private readonly CancellationToken _stop;
    private readonly NatsSubOpts _options;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="link">Where to subscribe.</param>
    /// <param name="port">To what.</param>
    /// <param name="receive">Takes what comes until the channel ends.</param>
    /// <param name="faults">Takes note of what fails.</param>
    /// <param name="capacity">Messages that the client library may hold. A burst comes faster than it is handed on.</param>
    /// <param name="stop">Ends it.</param>
    public CoreInput(NatsLink link, InputPortSettings port, Func<ChannelReader<NatsMsg<byte[]>>, Task> receive, InputFaults faults, int capacity, CancellationToken stop)
    {
        _options = new NatsSubOpts { ChannelOpts = new NatsSubChannelOpts { Capacity = capacity } };
        _link = link;
        _port = port;
        _receive = receive;
        _faults = faults;
        _stop = stop;
    }

    /// <summary>Completes when the server has taken or refused the subscription for the first time.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Receives until it is stopped. Never fails.</summary>
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
        var isAccepted = false;
        _link.Refused += Read;
        try
        {
            await using var subscription = await _link.Connection.SubscribeCoreAsync(
                _port.Subject, _port.QueueGroup.Length > 0 ? _port.QueueGroup : null, NatsRawSerializer<byte[]>.Default, _options, _stop);
            var receiving = _receive(subscription.Msgs);
            if (await _link.IsAcceptedAsync(refused.Task, _stop))
            {
                isAccepted = true;
                pause.Reset();
                _faults.Remove(_port.Name);
                _answered.TrySetResult();
            }

            if (await Task.WhenAny(receiving, refused.Task) == refused.Task)
            {
                Fail($"NATS says: {await refused.Task}", needsChange: true);
            }
            else
            {
                await receiving;
            }
        }
        finally
        {
            _link.Refused -= Read;
        }

        void Read(NatsRefusal refusal)
        {
            // Servers up to 2.10 do not name the queue group of a subscription that a reload revokes.
            var isThis = refusal.Subject.Length == 0 ? !isAccepted
                : string.Equals(refusal.Subject, _port.Subject, StringComparison.Ordinal)
                    && (refusal.Queue.Length == 0 || string.Equals(refusal.Queue, _port.QueueGroup, StringComparison.Ordinal));
            if (refusal.IsSubscription && isThis)
            {
                refused.TrySetResult(refusal.Text);
            }
        }
    }

    private void Fail(string reason, bool needsChange)
    {
        _faults.Add(new PortFault(
            _port.Name, $"subject {_port.Subject}", "", reason, needsChange ? "allow the node's NATS user to subscribe to it" : "it is tried again", needsChange));
        _answered.TrySetResult();
    }
}
