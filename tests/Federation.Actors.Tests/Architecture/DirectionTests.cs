namespace Federation.Actors.Tests.Architecture;

public sealed class DirectionTests
{
    private static readonly IReadOnlyList<RoomUse> Uses = Rooms.Uses(Repository.Library);

    [Fact]
    public void Every_file_stands_in_a_known_room()
    {
        Assert.NotEmpty(Repository.Library);
        Assert.Empty(Repository.Library.Where(file => !Rooms.Levels.ContainsKey(file.Room)).Select(file => file.RelativePath));
    }

    [Fact]
    public void A_room_uses_rooms_of_lower_levels_only()
    {
        Assert.NotEmpty(Uses);
        Assert.Empty(Uses.Where(use => !IsDownward(use)).Select(use => $"{use}"));
    }

    [Theory]
    [InlineData("using Federation.Actors.Supervision;")]
    [InlineData("using static Federation.Actors.Supervision.NodeServices;")]
    [InlineData("using H = Federation.Actors.Supervision.NodeServices;")]
    [InlineData("class A { Federation.Actors.Supervision.NodeServices b; }")]
    [InlineData("class A { global::Federation.Actors.Supervision.NodeServices b; }")]
    [InlineData("class A { Supervision.NodeServices b; }")]
    public void A_use_is_found_however_it_is_written(string code)
    {
        var file = new SourceFile("Protocol/A.cs", "Federation.Actors", $"namespace Federation.Actors.Protocol;\n{code}\n");

        Assert.Contains(new RoomUse("Protocol", "Supervision"), Rooms.Uses([.. Repository.Library, file]));
    }

    [Theory]
    [InlineData("// using Federation.Actors.Supervision;")]
    [InlineData("/* Federation.Actors.Supervision */")]
    [InlineData("class A { string b = \"Federation.Actors.Supervision.\\\"Federation.Actors.Supervision\"; }")]
    [InlineData("class A { int b = Supervision.Count; }")]
    public void What_only_looks_like_a_use_is_none(string code)
    {
        var file = new SourceFile("Protocol/A.cs", "Federation.Actors", $"namespace Federation.Actors.Protocol;\n{code}\n");

        Assert.DoesNotContain(new RoomUse("Protocol", "Supervision"), Rooms.Uses([.. Repository.Library, file]));
    }

    private static bool IsDownward(RoomUse use) =>
        Rooms.Levels.TryGetValue(use.User, out var user) && Rooms.Levels.TryGetValue(use.Used, out var used) && used < user;
}
