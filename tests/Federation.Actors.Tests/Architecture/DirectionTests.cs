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
        Assert.Empty(Uses.Where(use => !IsDownward(use) && !Rooms.Exceptions.ContainsKey(use)).Select(use => $"{use}"));
    }

    [Fact]
    public void An_exception_is_between_rooms_of_one_level_and_in_use()
    {
        Assert.All(Rooms.Exceptions.Keys, use => Assert.Equal(Rooms.Levels[use.User], Rooms.Levels[use.Used]));
        Assert.Empty(Rooms.Exceptions.Keys.Except(Uses));
    }

    [Fact]
    public void No_room_needs_itself_by_way_of_others()
    {
        Assert.Empty(Rooms.Levels.Keys.Where(room => Reachable(room).Contains(room)).Select(room => $"{room} -> ... -> {room}"));
    }

    [Theory]
    [InlineData("using Federation.Actors.Hosting;")]
    [InlineData("using static Federation.Actors.Hosting.FederationHosting;")]
    [InlineData("using H = Federation.Actors.Hosting.FederationHosting;")]
    [InlineData("class A { Federation.Actors.Hosting.FederationOptions b; }")]
    [InlineData("class A { global::Federation.Actors.Hosting.FederationOptions b; }")]
    [InlineData("class A { Hosting.FederationOptions b; }")]
    public void A_use_is_found_however_it_is_written(string code)
    {
        var file = new SourceFile("Wire/A.cs", "Federation.Actors", $"namespace Federation.Actors.Wire;\n{code}\n");

        Assert.Contains(new RoomUse("Wire", "Hosting"), Rooms.Uses([.. Repository.Library, file]));
    }

    [Theory]
    [InlineData("// using Federation.Actors.Hosting;")]
    [InlineData("/* Federation.Actors.Hosting */")]
    [InlineData("class A { string b = \"Federation.Actors.Hosting.\\\"Federation.Actors.Hosting\"; }")]
    [InlineData("class A { int b = Hosting.Count; }")]
    public void What_only_looks_like_a_use_is_none(string code)
    {
        var file = new SourceFile("Wire/A.cs", "Federation.Actors", $"namespace Federation.Actors.Wire;\n{code}\n");

        Assert.DoesNotContain(new RoomUse("Wire", "Hosting"), Rooms.Uses([.. Repository.Library, file]));
    }

    private static bool IsDownward(RoomUse use) =>
        Rooms.Levels.TryGetValue(use.User, out var user) && Rooms.Levels.TryGetValue(use.Used, out var used) && used < user;

    private static HashSet<string> Reachable(string room)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>([room]);
        while (next.TryDequeue(out var user))
        {
            foreach (var use in Uses.Where(use => string.Equals(use.User, user, StringComparison.Ordinal) && reached.Add(use.Used)))
            {
                next.Enqueue(use.Used);
            }
        }

        return reached;
    }
}
