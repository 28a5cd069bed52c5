using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

public sealed class SlabTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void A_slab_has_at_least_what_was_asked_for(int size)
    {
        var slab = Slab.Rent(size);

        Assert.InRange(slab.Bytes.Length, size, int.MaxValue);
        slab.Release();
    }

    [Fact]
    public void The_last_user_gives_the_bytes_back_and_no_one_before()
    {
        var slab = Slab.Rent(4096);
        var bytes = slab.Bytes;
        slab.Retain().Retain();

        slab.Release();
        slab.Release();
        Assert.Same(bytes, slab.Bytes);
        slab.Release();

        Assert.Empty(slab.Bytes);
        var next = Slab.Rent(4096);
        Assert.Same(bytes, next.Bytes);
        next.Release();
    }
}
