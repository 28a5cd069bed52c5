using System.Threading.Channels;
using Federation.Actors.Diagnostics;
using Federation.Actors.Settings;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The subscription of one input of type <c>nats</c>, retried with backoff whenever the server refuses it or it ends.</summary>
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

    /// <param name="receive">Reads until the channel ends.</param>
    /// <param name="capacity">Messages that the client library may hold. A burst comes faster than it is passed on.</param>
    public CoreInput(NatsLink link, InputPortSettings port,
        Func<ChannelReader<NatsMsg<byte[]>>, Task> receive, InputFaults faults, int capacity, CancellationToken stop)
    {
        _options = new NatsSubOpts { ChannelOpts = new NatsSubChannelOpts { Capacity = capacity } };
        _link = link;
        _port = port;
        _receive = receive;
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
        var connection = _link.Connection;
        var subscription = new NatsSub<byte[]>(
            connection, connection.SubscriptionManager, _port.Subject, _port.QueueGroup.Length > 0
                ? _port.QueueGroup : null, _options, NatsRawSerializer<byte[]>.Default, _stop);
        connection.MessageDropped += Drop;
        try
        {
            await using var tracked = await _link.SubscribeAsync(subscription, text => refused.TrySetResult(text), _stop);
            var receiving = _receive(subscription.Msgs);
            if (await _link.IsAcceptedAsync(refused.Task, _stop))
            {
                tracked.Accept();
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
            connection.MessageDropped -= Drop;
        }

        ValueTask Drop(object? sender, NatsMessageDroppedEventArgs dropped)
        {
            if (dropped.Subscription == subscription)
            {
                _faults.Overflow();
            }

            return default;
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
                ? "allow the node's NATS user to subscribe to it" : "it is tried again", needsChange));
        _answered.TrySetResult();
    }
}
