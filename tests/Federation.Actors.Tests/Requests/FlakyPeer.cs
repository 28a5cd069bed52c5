using Akka.Actor;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Requests;

/// <summary>
/// A connection whose peer answers after a random time of the actor system's clock, sometimes not at all, sometimes twice; and which is
/// lost when told to. An answer repeats the parameters of its request.
/// </summary>
internal sealed class FlakyPeer : ReceiveActor, IWithTimers
{
    private const int MostDelay = 7000;
    private int _answers;

    /// <param name="seed">Of its luck.</param>
    /// <param name="answer">Makes the batch of a reply.</param>
    /// <param name="requests">Gets the replies.</param>
    public FlakyPeer(int seed, Func<IActorRef, RequestProtocol.Request, EnvelopeBatch> answer, IActorRef requests)
    {
        var random = new Random(seed);
        Receive<RequestProtocol.Request>(request =>
        {
            var times = random.Next(10) switch { 0 => 0, < 3 => 2, _ => 1 };
            for (var i = 0; i < times; i++)
            {
                Timers!.StartSingleTimer(_answers++, new Answer(request), TimeSpan.FromMilliseconds(random.Next(1, MostDelay)));
            }
        });
        Receive<Answer>(due => requests.Tell(new RequestProtocol.Arrived(answer(Self, due.Request))));
        Receive<RequestProtocol.Reply>(static _ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private sealed record Answer(RequestProtocol.Request Request) : INoSerializationVerificationNeeded;
}
