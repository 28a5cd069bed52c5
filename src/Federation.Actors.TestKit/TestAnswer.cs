namespace Federation.Actors.TestKit;

/// <summary>The answer to a request that somebody on the bus has put to a peer. For the test's thread.</summary>
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

    /// <summary>Expects that it has come.</summary>
    /// <returns>JSON: <c>{"status":"ok","result":…}</c>, or <c>{"status":"error","error":{"code":…,"message":…}}</c>.</returns>
    public string Expect() => _kit.Expect(_answers, $"an answer to {_asked}", static answer => answer);

    /// <summary>Expects that it has not come yet.</summary>
    public void ExpectNone() => _kit.ExpectNothing(_answers, $"in answer to {_asked}");

    internal void Add(string answer) => _answers.Add(answer);
}
