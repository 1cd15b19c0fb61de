using Evenkeel.Numerics.LinearAlgebra;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.LinearAlgebra;

public sealed class SymmetricEigenvectorsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(40)]
    public void Vectors_are_orthonormal_and_multiplied_by_their_values(int n)
    {
        var b = new SeededRandom((ulong)n).Normals(n * n);
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++) a[(i * n) + j] = (b[(i * n) + j] + b[(j * n) + i]) / 2;
        }

        var (values, vectors) = SymmetricEigenvectors.Of(a, n);
        Assert.Equal(values.OrderByDescending(static value => value), values);
        for (var k = 0; k < n; k++)
        {
            for (var i = 0; i < n; i++)
            {
                Assert.Equal(values[k] * vectors[k][i], Enumerable.Range(0, n).Sum(j => a[(i * n) + j] * vectors[k][j]), 1e-11);
                Assert.Equal(i == k ? 1 : 0, Enumerable.Range(0, n).Sum(j => vectors[k][j] * vectors[i][j]), 1e-12);
            }

            Assert.True(vectors[k].MaxBy(Math.Abs) > 0);
        }
    }

    [Fact]
    public void Known_values()
    {
        var (values, vectors) = SymmetricEigenvectors.Of([2, 1, 1, 2], 2);
        Assert.Equal([3, 1], values.Select(static value => Math.Round(value, 12)));
        Assert.Equal(vectors[0][0], vectors[0][1], 1e-15);
        Assert.Equal([5.0, 0, -1], SymmetricEigenvectors.Of([0, 0, 0, 0, 5, 0, 0, 0, -1], 3).Values);
    }
}
