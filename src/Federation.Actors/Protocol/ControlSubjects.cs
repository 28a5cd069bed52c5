namespace Federation.Actors.Protocol;

/// <summary>The subjects below that of a control port; protocol page, section "Control plane".</summary>
internal static class ControlSubjects
{
    /// <summary>Asks one peer.</summary>
    public static string Send(string port, string peer) => $"{port}.send.{peer}";

    /// <summary>Asks for the list of peers.</summary>
    public static string Peers(string port) => $"{port}.peers";

    /// <summary>Shows the requests of peers, and asks services for an answer.</summary>
    public static string Request(string port) => $"{port}.request";

    /// <summary>Shows the replies of peers.</summary>
    public static string Reply(string port) => $"{port}.reply";
}
