using System.Collections.Concurrent;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Sockets.Server;

/// <summary>Determines a peer's name: the one that its credentials prove, else the one it claims, unless that is reserved.</summary>
/// <remarks>Reserved are the names of tokens, of certificates and of generated peers. Two peers with one name would supersede each other
/// and receive each other's messages. Thread-safe.</remarks>
internal sealed class PeerNaming(PeerAuthenticator authenticator, ServerSettings server)
{
    /// <summary>Remembered certificates; about 20 MB. Each was issued by a trusted authority.</summary>
    private const int MaxCertificates = 100_000;

    private readonly bool _certificatesGiveNames = server.Tls.ClientCaFile.Length > 0 || server.ClientNameHeader.Length > 0;
    private readonly ConcurrentDictionary<string, string> _commonNames = new(StringComparer.Ordinal);

    /// <returns>The refusal, or null.</returns>
    public HttpRefusal? Name(bool isCertified, string? certified, string? token, StringValues claimed, out PeerName? name)
    {
        name = null;
        if (!PeerIdentity.TryRead(claimed, out var claim))
        {
            const string reason = $"{FederationHeaders.HandshakePeer} must be 1 to 64 of A-Za-z0-9_- and appear once.";
            return new HttpRefusal(StatusCodes.Status400BadRequest, reason, null);
        }

        if (certified is { } commonName)
        {
            return OfCertificate(commonName, token, out name);
        }

        if (token is not null)
        {
            name = new PeerName(token, Lasting: true) { Vouched = true };
            return null;
        }

        if (claim is null)
        {
            return null;
        }

        if (NodeName.IsGenerated(claim))
        {
            return Reserved($"{FederationHeaders.HandshakePeer}: names such as client-1 are reserved for peers without a name.");
        }

        if (authenticator.IsNamed(claim))
        {
            return Reserved($"{FederationHeaders.HandshakePeer}: this name belongs to a token, and other credentials were presented.");
        }

        if (_certificatesGiveNames || isCertified)
        {
            return Reserved(
                $"{FederationHeaders.HandshakePeer}: a name requires a certificate with a CN, or a named token.");
        }

        name = new PeerName(claim, Lasting: true);
        return null;
    }

    private HttpRefusal? OfCertificate(string commonName, string? token, out PeerName? name)
    {
        name = null;
        var mapped = NodeName.FromHost(commonName);
        if (NodeName.IsGenerated(mapped))
        {
            return Reserved("The certificate's name is reserved for peers without a name.");
        }

        if (authenticator.IsNamed(mapped) && !string.Equals(mapped, token, StringComparison.Ordinal))
        {
            return Reserved("The certificate's name belongs to a token, and other credentials were presented.");
        }

        if (!IsOnlyOne(mapped, commonName))
        {
            return Reserved("The certificate's name maps to the same peer name as that of another certificate.");
        }

        name = new PeerName(mapped, Lasting: true) { Vouched = true };
        return null;
    }

    /// <summary>Whether no other CN maps to the same name. The first one keeps it until the component ends.</summary>
    private bool IsOnlyOne(string mapped, string commonName)
    {
        if (_commonNames.TryGetValue(mapped, out var known))
        {
            return string.Equals(known, commonName, StringComparison.Ordinal);
        }

        return _commonNames.Count >= MaxCertificates
            ? string.Equals(mapped, commonName, StringComparison.Ordinal)
            : string.Equals(_commonNames.GetOrAdd(mapped, commonName), commonName, StringComparison.Ordinal);
    }

    private static HttpRefusal Reserved(string reason) => new(StatusCodes.Status403Forbidden, reason, ErrorTypes.NameRefused);
}
