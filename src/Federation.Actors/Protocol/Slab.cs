using System.Buffers;

namespace Federation.Actors.Protocol;

/// <summary>Pooled, reference-counted bytes of several batches.</summary>
/// <remarks>The renter holds one reference. The last <see cref="Release"/> returns the array to the pool. Counting is thread-safe. The
/// pump writes only behind the last byte that it has passed on.</remarks>
internal sealed class Slab
{
    private const int Small = 8 * 1024;
    private const int Large = 64 * 1024;

    // Arrays of each size that are kept: of the small ones two for each of a thousand connections, of the large ones as many as a full
    // queue stands in. The shared pool keeps 32 for each core. What was never needed at one time is never kept; at the very most 60 MiB.
    private static readonly ArrayPool<byte> SmallOnes = ArrayPool<byte>.Create(Small, maxArraysPerBucket: 2048);
    private static readonly ArrayPool<byte> LargeOnes = ArrayPool<byte>.Create(Large, maxArraysPerBucket: 256);

    private byte[] _bytes;
    private int _references = 1;

    private Slab(byte[] bytes) => _bytes = bytes;

    /// <summary>May be more than were requested.</summary>
    public byte[] Bytes => _bytes;

    public static Slab Rent(int size) => new(PoolOf(size).Rent(size));

    public Slab Retain()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            var bytes = Interlocked.Exchange(ref _bytes, []);
            PoolOf(bytes.Length).Return(bytes);
        }
    }

    private static ArrayPool<byte> PoolOf(int size) => size <= Small ? SmallOnes : size <= Large ? LargeOnes : ArrayPool<byte>.Shared;
}
