using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Evenkeel.TestKit;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Serving;

public sealed class AspNetServingTests
{
    private const int Clients = 16;
    private const int Requests = 40;
    private const string Announcement = "Now listening on: ";

    [Fact]
    public async Task The_sample_server_answers_concurrent_requests_as_the_predictor_does()
    {
        using var folder = new TemporaryFolder();
        var data = Small.Rings(600, 1);
        new Trainer(Small.Model(), Small.Loss, Small.Options with { Epochs = 2, RunFolder = folder["run"] }).Fit(data);
        using var predictor = Predictor.Load(folder["run"]);
        using var server = Start(folder["run"]);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(await Address(server)) };
            using var model = JsonDocument.Parse(await client.GetStringAsync("/model"));
            Assert.Equal(Small.Features, model.RootElement.GetProperty("features").GetInt32());

            await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
            {
                var features = new float[Small.Features];
                for (var request = 0; request < Requests; request++)
                {
                    data.Read(((number * Requests) + request) % data.Count, features);
                    using var response = await client.PostAsJsonAsync("/predict", new { features });
                    using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                    var expected = predictor.Predict(features);
                    Assert.Equal(expected.Class, answer.RootElement.GetProperty("class").GetInt32());
                    Assert.Equal(expected.Outputs, answer.RootElement.GetProperty("outputs").EnumerateArray().Select(static p => p.GetSingle()));
                }
            }));

            using var refused = await client.PostAsJsonAsync("/predict", new { features = new float[2] });
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("EK0504", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private static Process Start(string run)
    {
        var sample = typeof(AspNetServingTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "AspNetServing").Value!;
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var start = new ProcessStartInfo(Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), ["exec", sample, "--model", run, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static async Task<string> Address(Process server)
    {
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            var at = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (at < 0) continue;

            // What the server says from here on must not fill the pipe.
            _ = server.StandardOutput.ReadToEndAsync();
            return line[(at + Announcement.Length)..].Trim();
        }

        throw new InvalidOperationException(await server.StandardError.ReadToEndAsync());
    }
}
