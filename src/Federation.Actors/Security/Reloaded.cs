using System.Buffers;
using System.Security.Cryptography;
using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Security;

/// <summary>A value made from files, and made again when their contents have changed. Thread-safe.</summary>
/// <remarks>The files are read whole with the value, once a second at most: they are small, and neither time nor length of a file shows a
/// change reliably. A failure is logged once, and the last value stays.</remarks>
internal sealed class Reloaded<T> : IReloaded
    where T : class
{
    public const int SmallFile = 1024 * 1024;

    private const int BufferBytes = 64 * 1024;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a file is missing or blank before that counts as revocation: a program may be writing it.</summary>
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(1);

    /// <summary>The fingerprint of a revoked file, which is not that of any content.</summary>
    private static readonly byte[] _revokedFingerprint = [0];

    private readonly IReadOnlyList<string> _paths;
    private readonly Func<IReadOnlyList<byte[]>, T> _make;
    private readonly ILogger _logger;
    private readonly int _maxBytes;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private byte[] _fingerprint = [];
    private byte[]? _failed;
    private long _lookedAt;
    private long? _goneAt;
    private volatile T? _value;

    public Reloaded(
        IReadOnlyList<string> paths, Func<IReadOnlyList<byte[]>, T> make, ILogger logger, TimeProvider time, int maxBytes = SmallFile)
    {
        _paths = paths;
        _make = make;
        _logger = logger;
        _time = time;
        _maxBytes = maxBytes;
        LookNow();
    }

    /// <summary>Whether a file that has been used and is then deleted or blank takes its value away. Otherwise the last value
    /// stays.</summary>
    public bool IsRevocable { get; init; }

    public string? Problem { get; private set; }

    public long Version { get; private set; }

    /// <summary>The last value, without looking at the files.</summary>
    public T? Current => _value;

    /// <summary>Null when it could never be made.</summary>
    public T? Value
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_lookedAt) >= _interval)
                {
                    LookNow();
                }

                return _value;
            }
        }
    }

    public void Look()
    {
        lock (_gate)
        {
            LookNow();
        }
    }

    private void LookNow()
    {
        _lookedAt = _time.GetTimestamp();
        byte[] fingerprint = [];
        try
        {
            fingerprint = SHA256.HashData([.. _paths.SelectMany(Fingerprint)]);
            if (!fingerprint.AsSpan().SequenceEqual(_fingerprint))
            {
                var contents = _paths.Select(Read).ToList();
                if (IsRevocable && _value is not null && contents.TrueForAll(IsBlank))
                {
                    throw new InvalidDataException("it is empty");
                }

                Use(_make(contents));
                if (_fingerprint.Length > 0)
                {
                    _logger.LogInformation(LogEvents.FileTakenOver.Id, "Reloaded the changed {Files}", string.Join(" and ", _paths));
                }

                _fingerprint = fingerprint;
            }

            (_failed, Problem, _goneAt) = (null, null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException
            or CryptographicException or InvalidDataException)
        {
            if (!IsRevoked(e))
            {
                Fail(fingerprint, e.Message);
            }
        }
    }

    private void Use(T? value)
    {
        _value = value;
        Version++;
    }

    /// <summary>Once for each state the files are in: an unreadable one has no contents, and no fingerprint either.</summary>
    private void Fail(byte[] fingerprint, string problem)
    {
        if (_failed is null || !fingerprint.AsSpan().SequenceEqual(_failed))
        {
            var consequence = _value is null ? "" : " (the previous content stays in use)";
            _logger.LogWarning(LogEvents.FileUnusable.Id,
                "Cannot use {Files}{Consequence}: {Problem}", string.Join(" and ", _paths), consequence, problem);
        }

        (_failed, Problem) = (fingerprint, $"cannot use {string.Join(" and ", _paths)}: {problem}");
    }

    /// <summary>Takes the value away when the file has been deleted or blank for a while.</summary>
    /// <returns>False when the failure is of another kind.</returns>
    private bool IsRevoked(Exception failure)
    {
        var isGone = IsRevocable && _fingerprint.Length > 0 && (failure is FileNotFoundException || _paths.All(IsBlank));
        if (!isGone)
        {
            _goneAt = null;
            return false;
        }

        if (_value is null)
        {
            return true;
        }

        _goneAt ??= _lookedAt;
        if (_time.GetElapsedTime(_goneAt.Value) < _settling)
        {
            return true;
        }

        _logger.LogWarning(LogEvents.CredentialsRevoked.Id,
            "{Files} is deleted or empty: its credentials are revoked", string.Join(" and ", _paths));
        (_fingerprint, _failed, Problem) = (_revokedFingerprint, null, null);
        Use(null);
        return true;
    }

    private static bool IsBlank(byte[] content) => !content.AsSpan().ContainsAnyExcept(" \t\r\n"u8);

    private static bool IsBlank(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: < 64 } && IsBlank(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private byte[] Fingerprint(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Read(path, hash.AppendData);
        return hash.GetHashAndReset();
    }

    private byte[] Read(string path)
    {
        using var contents = new MemoryStream();
        Read(path, contents.Write);
        return contents.ToArray();
    }

    private void Read(string path, Action<byte[], int, int> take)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long total = 0;
            for (int count; (count = file.Read(buffer)) > 0;)
            {
                take(buffer, 0, count);
                total += count;
                if (total > _maxBytes)
                {
                    throw new InvalidDataException($"{path} is longer than {_maxBytes} bytes");
                }
            }
        }
        finally
        {
            // The buffer held a secret.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}

/// <summary>A value of files, without its type.</summary>
internal interface IReloaded
{
    /// <summary>Why the files cannot be used at present; null: they can.</summary>
    string? Problem { get; }

    /// <summary>Changes with the value.</summary>
    long Version { get; }

    /// <summary>Reads the files again now, and the value if they have changed.</summary>
    void Look();
}
