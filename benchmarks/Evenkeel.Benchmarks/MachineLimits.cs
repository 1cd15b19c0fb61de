using System.Diagnostics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks;

/// <summary>What the machine can do at most, measured in the same process as the figures that are held against it.</summary>
public static class MachineLimits
{
    private const int PiecesPerThread = 8;

    /// <summary>The multiply-add peak, from 12 independent chains that never leave the registers.</summary>
    /// <param name="bits">The pack width: 512, 256, 128 or 32.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="seconds">How long to measure.</param>
    /// <returns>10^9 floating-point operations per second, two for each multiply-add: the median of many short rounds, since a neighbour on a shared machine slows a step and the peak alike.</returns>
    public static double MultiplyAddPeak(int bits, int threads, double seconds = 0.1)
    {
        using var team = WorkTeam.Lease(threads);
        var job = PackWidths.Dispatch<ChainCreation, PieceJob>(bits, default);
        var pieces = team.Threads * PiecesPerThread;
        var median = Median(team, job, pieces, seconds);
        return 2e-9 * ChainJob<Pack1>.Chains * ChainJob<Pack1>.Steps * (bits / 32.0) * pieces / median;
    }

    private static double Median(WorkTeam team, PieceJob job, int pieces, double seconds)
    {
        List<double> rounds = [];
        var begin = Stopwatch.GetTimestamp();
        while (rounds.Count < 5 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
        {
            var start = Stopwatch.GetTimestamp();
            team.Run(job, pieces);
            rounds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        rounds.Sort();
        return rounds[rounds.Count / 2];
    }

    private readonly struct ChainCreation : IPackFunction<PieceJob>
    {
        public PieceJob Invoke<P>()
            where P : struct, IPack<P> => new ChainJob<P>();
    }

    private sealed class ChainJob<P> : PieceJob
        where P : struct, IPack<P>
    {
        public const int Chains = 12;
        public const int Steps = 4096;
        private float _sink;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(int piece, int worker)
        {
            var x = P.Broadcast(0.999f);
            var y = P.Broadcast(0.001f);
            P c0 = y, c1 = y, c2 = y, c3 = y, c4 = y, c5 = y, c6 = y, c7 = y, c8 = y, c9 = y, c10 = y, c11 = y;
            for (var step = 0; step < Steps; step++)
            {
                P.AddProduct(ref c0, x, y);
                P.AddProduct(ref c1, x, y);
                P.AddProduct(ref c2, x, y);
                P.AddProduct(ref c3, x, y);
                P.AddProduct(ref c4, x, y);
                P.AddProduct(ref c5, x, y);
                P.AddProduct(ref c6, x, y);
                P.AddProduct(ref c7, x, y);
                P.AddProduct(ref c8, x, y);
                P.AddProduct(ref c9, x, y);
                P.AddProduct(ref c10, x, y);
                P.AddProduct(ref c11, x, y);
            }

            _sink = P.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
        }
    }
}
