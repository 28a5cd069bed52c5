namespace Federation.Actors.Tests.Sending;

public sealed class PeerDeliveryProperties
{
    [Fact]
    public void Whatever_happens_it_does_what_plain_lists_would_and_ends_everything()
    {
        var sent = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            try
            {
                var walk = new PeerDeliveryWalk(seed);
                walk.Go(200);
                walk.Finish();
                sent += walk.Sent;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }

        // A walk that never sends says nothing.
        Assert.True(sent > 5000, $"{sent} sent");
    }
}
