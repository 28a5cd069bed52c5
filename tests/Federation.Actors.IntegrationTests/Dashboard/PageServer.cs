using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Federation.Actors.IntegrationTests.Dashboard;

/// <summary>A web site with one page, which the scripts of a test run in.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    private PageServer(WebApplication web) => _web = web;

    /// <summary>The page; its origin is this without the last slash.</summary>
    public Uri Url => new(_web.Urls.First());

    /// <summary>The same page at another origin.</summary>
    public Uri OtherUrl => new UriBuilder(Url) { Host = "localhost" }.Uri;

    public static async Task<PageServer> StartAsync(
        string page = "<!doctype html><title>A peer</title><link rel=\"icon\" href=\"data:,\">")
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        web.Run(context =>
        {
            context.Response.ContentType = MediaTypeNames.Text.Html;
            return context.Response.WriteAsync(page);
        });
        await web.StartAsync();
        return new PageServer(web);
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();
}
