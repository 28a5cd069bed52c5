using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Federation.Actors.Diagnostics;
using Federation.Actors.Host.Admin.Dashboard;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Client;

namespace Federation.Actors.Host.Commands;

internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Bytes: a thousand peers with all their announcements.</summary>
    private const int MaxLength = 64 * 1024 * 1024;

    private const int MaxHeadKilobytes = 16;

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly SentSecrets _secrets;
    private string? _certificateFault;
    public AdminClient(Uri url, string? token)
    {
        _url = url;
        _secrets = new SentSecrets(url, token is null ? null : $"Bearer {token}");
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxResponseHeadersLength = MaxHeadKilobytes,
            SslOptions = ClientTls.Options(new TlsClientSettings(), url.IdnHost, fault => _certificateFault = fault),
        };
        _http = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = MaxLength };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <exception cref="AdminException">No valid answer.</exception>
    public Task<NodeState> StateAsync(CancellationToken cancel) => GetAsync<NodeState>("api/state", cancel);

    public Task<PeerPage> PeersAsync(int limit, CancellationToken cancel) => GetAsync<PeerPage>($"api/peers?limit={limit}", cancel);

    public Task<EventPage> EventsAsync(CancellationToken cancel) => GetAsync<EventPage>("api/events", cancel);
    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancel)
        where T : class
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(_url, path), cancel);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.Content.ReadFromJsonAsync<T>(HealthJson.Options, cancel) ?? throw Stranger("null"),
                HttpStatusCode.ServiceUnavailable => throw new AdminException(
                    $"the node at {_url} does not answer: it is starting, stopping or unresponsive; see its log", isThere: true),
                HttpStatusCode.Unauthorized => throw new AdminException($"{_url} requires a token; set the environment variable that "
                    + "holds it, as in federation.admin.token_env: --token-env VAR", isThere: false),
                HttpStatusCode.Forbidden => throw new AdminException(
                    $"{_url} answers 403; use the host of federation.admin.host in --url", isThere: false),
                var status and >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => throw new AdminException(
                    $"{_url} redirects with {(int)status} to {HandshakeRefusal.Place(response, _url, _secrets)}; redirects are not "
                    + "followed; use the final address in --url", isThere: false),
                var other => throw Stranger($"{(int)other}"),
            };
        }
        catch (JsonException)
        {
            throw Stranger("unexpected content");
        }
        catch (Exception e) when (
            e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            var reason = e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : _certificateFault
                ?? DialProblem.Describe(e);
            throw new AdminException($"cannot reach {_url}: {reason}; start the node with `federation run`, or set its address "
                + "with --url", isThere: false);
        }
    }

    private AdminException Stranger(string answer) =>
        new($"{_url} answers /api with {answer}: it is not a federation node, or an older version", isThere: false);
}

/// <summary>The admin endpoint has not answered as it should. The message has reason and remedy.</summary>
internal sealed class AdminException(string message, bool isThere) : VerbFailedException(
    message, isThere ? ExitCodes.Unhealthy : ExitCodes.BadSettings);

internal sealed record EventPage(IReadOnlyList<EventView> Events);

internal sealed record PeerPage(int Total, IReadOnlyList<PeerLine> Peers);
