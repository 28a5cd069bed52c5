using Federation.Actors.Sending;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Sending;

public sealed class SendWindowTests
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    private readonly SendWindow _window = new(3, 100);

    [Fact]
    public void One_message_always_fits_an_empty_window() => Assert.True(_window.Fits(Outbound.Message(1, 1000)));

    [Fact]
    public void Count_and_bytes_bound_it()
    {
        Add(1, 60);
        Assert.Equal((true, false), (_window.Fits(Outbound.Message(2, 40)), _window.Fits(Outbound.Message(2, 41))));
        Add(2, 10);
        Add(3, 10);
        Assert.False(_window.Fits(Outbound.Message(4)));
        Assert.Equal((3, 80), (_window.Count, _window.Bytes));

        _window.Remove(_window.Find(Outbound.Plain, 2)!);

        Assert.True(_window.Fits(Outbound.Message(4)));
        Assert.Equal((2, 70), (_window.Count, _window.Bytes));
    }

    [Fact]
    public void What_has_left_already_leaves_no_room_a_second_time()
    {
        Add(1, 60);
        var entry = _window.Find(Outbound.Plain, 1)!;

        _window.Remove(entry);
        _window.Remove(entry);

        Assert.Equal((0, 0), (_window.Count, _window.Bytes));
    }

    [Fact]
    public void What_has_left_keeps_no_neighbour_in_memory()
    {
        Add(1);
        Add(2);
        Add(3);
        var entry = _window.Find(Outbound.Plain, 2)!;

        _window.Remove(entry);

        Assert.Equal((null, null), (entry.Previous, entry.Next));
        Assert.Equal(["m-1", "m-3"], Outbound.Ids(_window.Oldest(9).Select(static held => held.Message)));
    }

    [Fact]
    public void Entries_are_due_in_the_order_in_which_they_were_sent_first()
    {
        Add(3);
        Add(1);
        Add(2);
        _window.Postpone(_window.Find(Outbound.Plain, 3)!, TimeSpan.FromSeconds(4));
        _window.Postpone(_window.Find(Outbound.Plain, 1)!, TimeSpan.FromSeconds(9));

        Assert.Equal(TimeSpan.FromSeconds(4), _window.NextDue);
        Assert.Empty(_window.Due(TimeSpan.FromSeconds(3)));
        Assert.Equal(["m-3", "m-2"], Outbound.Ids(_window.Due(Later).Select(static entry => entry.Message)));
        Assert.Equal(TimeSpan.FromSeconds(9), _window.NextDue);
    }

    [Fact]
    public void The_oldest_are_those_that_were_sent_first()
    {
        Add(3);
        Add(1);

        Assert.Equal(["m-3"], Outbound.Ids(_window.Oldest(1).Select(static entry => entry.Message)));
        Assert.Equal(["m-3", "m-1"], Outbound.Ids(_window.Oldest(9).Select(static entry => entry.Message)));
    }

    [Fact]
    public void Clearing_gives_everything_in_order_and_the_times_each_was_sent()
    {
        Add(3);
        _window.Add(new SendEntry(Outbound.Message(1)) { Sent = 4 }, TimeSpan.Zero, Later);

        Assert.Equal([(3, 1), (1, 5)], _window.Clear().Select(static entry => ((int)entry.Message.Number, entry.Sent)));
        Assert.Equal((0, 0, TimeSpan.MaxValue), (_window.Count, _window.Bytes, _window.NextDue));
    }

    [Property]
    public Property A_message_is_found_whatever_the_order_of_the_answers() => Prop.ForAll(
        (from answers in Gen.Choose(0, 29).ArrayOf()
         from ids in Gen.Elements(true, false).ArrayOf(answers.Length)
         select answers.Zip(ids).ToArray()).ToArbitrary(),
        static answers =>
        {
            var window = new SendWindow(100, 1000);
            var messages = Enumerable.Range(0, 30).Select(static number => Outbound.Message(number)).ToArray();
            var inFlight = new HashSet<int>(Enumerable.Range(0, 20));
            foreach (var message in messages.Take(20))
            {
                window.Add(new SendEntry(message), TimeSpan.Zero, Later);
            }

            foreach (var (number, isById) in answers)
            {
                var found = isById ? window.Find(Outbound.Plain, number) : window.Find(messages[number]);
                Assert.Same(inFlight.Contains(number) ? messages[number] : null, found?.Message);
                if (found is not null)
                {
                    window.Remove(found);
                    inFlight.Remove(number);
                }
                else if (number >= 20)
                {
                    window.Add(new SendEntry(messages[number]), TimeSpan.Zero, Later);
                    inFlight.Add(number);
                }

                Assert.Equal(inFlight.Count, window.Count);
            }

            Assert.Equal(inFlight.Count, window.Clear().Count);
            Assert.Null(window.Find(messages[0]));
        });

    private void Add(long number, int length = 3) => 
        _window.Add(new SendEntry(Outbound.Message(number, length)), TimeSpan.Zero, Later);
}
