using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Data.Tests;

/// <summary>An HTTP server on the loopback that answers each request by a function, so that it can be as bad as real ones.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Answer> _answer;
    private readonly List<string> _requests = [];

    public LoopbackServer(Func<string, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public void Dispose() => _listener.Stop();

    /// <summary>An address where nobody listens.</summary>
    public static Uri Nobody()
    {
        using var server = new LoopbackServer(_ => default);
        return server.Address;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = AnswerAsync(client);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
            var file = (await reader.ReadLineAsync() ?? "").Split(' ').ElementAtOrDefault(1)?.TrimStart('/') ?? "";
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
            }

            lock (_requests) _requests.Add(file);
            var answer = _answer(file);
            var body = answer.Body ?? [];
            var head = $"HTTP/1.1 {answer.Status} X\r\nContent-Length: {answer.Announced ?? body.Length}\r\nConnection: close\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head).Concat(body).ToArray());
            if (answer.Stalls) await Task.Delay(TimeSpan.FromSeconds(20));
        }
    }

    internal readonly record struct Answer(int Status, byte[]? Body, int? Announced = null, bool Stalls = false);
}
