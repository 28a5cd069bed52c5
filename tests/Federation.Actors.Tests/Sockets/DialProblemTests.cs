using Federation.Actors.Sockets.Client;

namespace Federation.Actors.Tests.Sockets;

public sealed class DialProblemTests
{
    [Theory]
    [InlineData("Connection refused", "Connection refused")]
    [InlineData("Received an invalid status line: 'GET /in?token=secret HTTP/1.1'.", "Received an invalid status line: '...'")]
    [InlineData("Received an invalid header line: 'it's \u001b[31m\r'secret''.", "Received an invalid header line: '...'")]
    [InlineData("The server's answer is 'secret' and not 'other'.", "The server's answer is '...'")]
    [InlineData("Received an invalid status line: ''secret'.", "Received an invalid status line: '...'")]
    [InlineData("unpaired 'secret", "unpaired '...'")]
    public void What_the_server_has_said_is_not_repeated(string message, string said)
    {
        var error = new HttpRequestException("outer", new InvalidOperationException(message));

        Assert.Equal(said, DialProblem.Describe(error));
    }
}
