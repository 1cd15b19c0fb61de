namespace Evenkeel.Data.Augmentation;

/// <summary>A random rectangle of random area and proportions inside an image.</summary>
internal static class RandomBox
{
    private const int Tries = 10;
    private const int DrawsPerTry = 4;

    /// <summary>Tries ten times: the area uniform between its bounds, the aspect uniform in its logarithm, the place uniform.</summary>
    /// <returns>Null where no try fitted into the image.</returns>
    public static (int Top, int Left, int Height, int Width)? Find(int height, int width, float leastArea, float mostArea, float leastAspect, in SampleRandom random, int firstDraw)
    {
        var range = MathF.Log(leastAspect);
        for (var i = 0; i < Tries; i++)
        {
            var draw = firstDraw + (DrawsPerTry * i);
            var area = random.Uniform(draw, leastArea, mostArea) * height * width;
            var aspect = MathF.Exp(random.Uniform(draw + 1, range, -range));
            var (h, w) = ((int)MathF.Round(MathF.Sqrt(area * aspect)), (int)MathF.Round(MathF.Sqrt(area / aspect)));
            if (h < 1 || w < 1 || h > height || w > width) continue;
            return (random.Below(draw + 2, height - h + 1), random.Below(draw + 3, width - w + 1), h, w);
        }

        return null;
    }
}
