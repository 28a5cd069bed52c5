using System.Net;

namespace Federation.Actors.Sockets;

/// <summary>Where the other end of a connection is, as people write it. Stateless.</summary>
internal static class RemoteAddress
{
    private const string Unknown = "unknown";

    /// <summary>Address and port; an IPv4 address that a socket for both families shows as <c>::ffff:127.0.0.1</c> is IPv4 again.</summary>
    public static string Of(IPAddress? address, int port) =>
        address is null ? Unknown : new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port).ToString();

    public static string Of(EndPoint? end) => end is IPEndPoint ip ? Of(ip.Address, ip.Port) : end?.ToString() ?? Unknown;
}
