using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Federation.Actors.Benchmarks;

/// <summary>The measuring side of <see cref="StartupHook"/>.</summary>
internal sealed class Meter : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly SafeFileHandle _file;

    public Meter()
    {
        File.WriteAllBytes(_path, new byte[StartupHook.FileLength]);
        _file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    /// <summary>Bytes allocated so far, at most 50 ms old.</summary>
    public long Allocated => Read(0);

    /// <summary>Bytes of the managed heap, at most 50 ms old.</summary>
    public long Heap => Read(8);

    /// <summary>Makes a .NET process that is about to start report.</summary>
    public void Attach(ProcessStartInfo start)
    {
        start.Environment["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "bench.dll");
        start.Environment[StartupHook.FileVariable] = _path;
    }

    /// <summary>Has the process collect its garbage.</summary>
    public async Task CollectAsync(CancellationToken stop)
    {
        Span<byte> asked = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(asked, 1);
        RandomAccess.Write(_file, asked, 16);
        while (Read(16) != 0)
        {
            await Task.Delay(20, stop);
        }

        await Task.Delay(120, stop);
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    private long Read(int offset)
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomAccess.Read(_file, bytes, offset);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
