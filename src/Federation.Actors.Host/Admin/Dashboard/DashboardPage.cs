using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The page at <c>/</c>: the files in <c>Page</c>, which are embedded in the program, as one document.</summary>
internal sealed class DashboardPage
{
    /// <summary>One script, in this order.</summary>
    private static readonly string[] Scripts = [
        "base.js", "picture.js", "cards.js", "peers.js", "events.js", "try.js", "page.js"];

    private readonly byte[] _page;
    private readonly string _policy;

    public DashboardPage()
    {
        var html = Read("page.html").Replace("<style></style>", $"<style>{Read("page.css")}</style>", StringComparison.Ordinal)
            .Replace("<script></script>", $"<script>{string.Concat(Scripts.Select(Read))}</script>", StringComparison.Ordinal);
        _page = Encoding.UTF8.GetBytes(html);

        // Only this very script and style run: whatever a peer is called, no text of its own does.
        _policy = $"default-src 'none'; script-src '{Hash(html, "script")}'; style-src '{Hash(html, "style")}'; connect-src 'self'; "
            + "img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    public Task WriteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = _page.Length;
        return context.Response.Body.WriteAsync(_page, context.RequestAborted).AsTask();
    }

    private static string Read(string file)
    {
        using var resource = typeof(DashboardPage).Assembly.GetManifestResourceStream("page." + file)
            ?? throw new InvalidOperationException($"{file} is not embedded in the program");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The content of the only element of this name, as a source of the policy.</summary>
    private static string Hash(string html, string tag)
    {
        var start = html.IndexOf($"<{tag}>", StringComparison.Ordinal) + tag.Length + 2;
        var end = html.IndexOf($"</{tag}>", start, StringComparison.Ordinal);
        return "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..end])));
    }
}
