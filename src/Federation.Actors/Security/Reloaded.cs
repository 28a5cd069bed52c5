using System.Security.Cryptography;
using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Security;

/// <summary>A value made from files, and made again when their contents have changed. Thread-safe.</summary>
/// <remarks>The files are read whole with the value, once a second at most: they are small, and neither time nor length of a file shows a
/// change reliably. A failure is logged once, and the last value stays.</remarks>
internal sealed class Reloaded<T>
    where T : class
{
    private const int MaxFileBytes = 1024 * 1024;

    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyList<string> _paths;
    private readonly Func<IReadOnlyList<byte[]>, T> _make;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private byte[] _fingerprint = [];
    private byte[]? _failed;
    private long _lookedAt;
    private T? _value;

    public Reloaded(IReadOnlyList<string> paths, Func<IReadOnlyList<byte[]>, T> make, ILogger logger, TimeProvider time)
    {
        _paths = paths;
        _make = make;
        _logger = logger;
        _time = time;
        Look();
    }

    /// <summary>Null when it could never be made.</summary>
    public T? Value
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_lookedAt) >= _interval)
                {
                    Look();
                }

                return _value;
            }
        }
    }

    private void Look()
    {
        _lookedAt = _time.GetTimestamp();
        byte[] fingerprint = [];
        try
        {
            var contents = _paths.Select(Read).ToList();
            fingerprint = SHA256.HashData([.. contents.SelectMany(SHA256.HashData)]);
            if (!fingerprint.AsSpan().SequenceEqual(_fingerprint))
            {
                _value = _make(contents);
                if (_fingerprint.Length > 0)
                {
                    _logger.LogInformation(LogEvents.FileTakenOver.Id, "Reloaded the changed {Files}", string.Join(" and ", _paths));
                }

                _fingerprint = fingerprint;
            }

            _failed = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException
            or CryptographicException or InvalidDataException)
        {
            // Once for each state the files are in: an unreadable one has no contents, and no fingerprint either.
            if (_failed is null || !fingerprint.AsSpan().SequenceEqual(_failed))
            {
                var consequence = _value is null ? "" : " (the previous content stays in use)";
                _logger.LogWarning(LogEvents.FileUnusable.Id,
                    "Cannot use {Files}{Consequence}: {Problem}", string.Join(" and ", _paths), consequence, e.Message);
            }

            _failed = fingerprint;
        }
    }

    private static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        using var contents = new MemoryStream();
        var buffer = new byte[4096];
        for (int count; (count = file.Read(buffer)) > 0;)
        {
            contents.Write(buffer, 0, count);
            if (contents.Length > MaxFileBytes)
            {
                throw new InvalidDataException($"{path} is longer than {MaxFileBytes} bytes");
            }
        }

        return contents.ToArray();
    }
}
