using System.Buffers.Binary;

#pragma warning disable MA0047, CA1050 // The runtime looks for a type of this name outside any namespace.

/// <summary>
/// Runs inside a contender when DOTNET_STARTUP_HOOKS names this assembly: writes what the process has allocated, and its heap, to a file
/// every 50 ms, and collects garbage when asked to. It allocates nothing itself, so that it is not what is measured.
/// </summary>
internal static class StartupHook
{
    /// <summary>Names the file: bytes allocated, bytes of the heap, and not 0 while a collection is asked for; 64 bits each.</summary>
    public const string FileVariable = "FEDERATION_BENCH_METER";

    public const int FileLength = 24;

    private const int IntervalMilliseconds = 50;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { } path)
        {
            // Not for the processes this one starts.
            Environment.SetEnvironmentVariable(FileVariable, null);
            new Thread(() => Report(path)) { IsBackground = true, Name = "meter" }.Start();
        }
    }

    private static void Report(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> bytes = stackalloc byte[FileLength];
        while (true)
        {
            RandomAccess.Read(file, bytes, 0);
            if (BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]) != 0)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], 0);
                RandomAccess.Write(file, bytes[16..], 16);
            }

            BinaryPrimitives.WriteInt64LittleEndian(bytes, GC.GetTotalAllocatedBytes());
            BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], GC.GetTotalMemory(forceFullCollection: false));
            RandomAccess.Write(file, bytes[..16], 0);
            Thread.Sleep(IntervalMilliseconds);
        }
    }
}
