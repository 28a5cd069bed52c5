namespace Federation.Actors.TestKit;

/// <summary>The answer to a request from the bus to a peer. Use it only from the thread of the test.</summary>
public sealed class TestAnswer
{
    private readonly FederationTestKit _kit;
    private readonly Journal<string> _answers = new();
    private readonly string _asked;

    internal TestAnswer(FederationTestKit kit, string asked)
    {
        _kit = kit;
        _asked = asked;
    }

    /// <summary>Expects the answer.</summary>
    /// <returns>JSON: <c>{"status":"ok","result":…}</c>, or <c>{"status":"error","error":{"code":…,"message":…}}</c>.</returns>
    public string Expect() => _kit.Expect(_answers, $"an answer to {_asked}", static answer => answer);

    /// <summary>Expects that there is no answer yet.</summary>
    public void ExpectNone() => _kit.ExpectNothing(_answers, $"in answer to {_asked}");

    internal void Add(string answer) => _answers.Add(answer);
}
