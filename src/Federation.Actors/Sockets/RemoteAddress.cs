using System.Net;

namespace Federation.Actors.Sockets;

internal static class RemoteAddress
{
    private const string Unknown = "unknown";

    /// <summary>Address and port. IPv4 mapped to IPv6 (<c>::ffff:127.0.0.1</c>, from a socket for both families) is shown as
    /// IPv4.</summary>
    public static string Of(IPAddress? address, int port) =>
        address is null ? Unknown : new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port).ToString();

    public static string Of(EndPoint? end) => end is IPEndPoint ip ? Of(ip.Address, ip.Port) : end?.ToString() ?? Unknown;
}
