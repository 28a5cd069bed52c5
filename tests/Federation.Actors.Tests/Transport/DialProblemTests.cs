using Federation.Actors.Transport;

namespace Federation.Actors.Tests.Transport;

public sealed class DialProblemTests
{
    [Theory]
    [InlineData("Connection refused", "Connection refused")]
    [InlineData("Received an invalid status line: 'GET /in?token=secret HTTP/1.1'.", "Received an invalid status line: '...'.")]
    [InlineData("Received an invalid header line: 'it's \u001b[31m\r'secret''.", "Received an invalid header line: '...'.")]
    [InlineData("The 'Sec-WebSocket-Accept' header value 'Bearer secret' is invalid.", "The 'Sec-WebSocket-Accept' header value '...' is invalid.")]
    [InlineData("The server's response was missing the required header 'Upgrade'.", "The server's response was missing the required header 'Upgrade'.")]
    [InlineData(
        "The WebSocket client request requested '' protocol(s), but server is only accepting 'secret' protocol(s).",
        "The WebSocket client request requested '...' protocol(s).")]
    [InlineData("Received an invalid status line: ''secret'.", "Received an invalid status line: '...'.")]
    [InlineData("unpaired 'secret", "unpaired '...'")]
    public void What_the_server_has_said_is_not_repeated(string message, string said)
    {
        var error = new HttpRequestException("outer", new InvalidOperationException(message));

        Assert.Equal(said, DialProblem.Describe(error));
    }
}
