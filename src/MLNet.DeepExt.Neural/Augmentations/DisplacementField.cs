using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>The displacements of all pixels of an image: random numbers U, smoothed by a Gaussian, computed as G·U·G.</summary>
/// <remarks>
/// Row i of a matrix G is the Gaussian centered at i; positions outside the image are zeros. For small images, matrix products are
/// faster than sums over neighbours.
/// </remarks>
internal sealed class DisplacementField
{
    private readonly int _height;
    private readonly int _width;
    private readonly int _stride;       // columns of the following arrays, padded to whole strips
    private readonly float[] _downward; // G of the columns: (height, height)
    private readonly float[] _sideward; // G of the rows, in panels: (width, width)
    private readonly float[] _numbers;  // U, in panels: (height, width)
    private readonly float[] _between;  // G·U: (height, stride)
    private readonly float[] _right;    // (height, stride)
    private readonly float[] _down;     // (height, stride)

    public DisplacementField(int height, int width, double sigma)
    {
        (_height, _width, _stride) = (height, width, Lanes.Pad(width));
        _downward = Gaussians(height, sigma);
        _sideward = new float[Panels.Length(width, width)];
        Panels.Write<float>(width, width, Gaussians(width, sigma), _sideward);
        _numbers = new float[Panels.Length(height, width)];
        _between = new float[checked(height * _stride)];
        _right = new float[_between.Length];
        _down = new float[_between.Length];
    }

    /// <summary>(width, padded to strips): the horizontal displacements of the pixels of a row.</summary>
    public ReadOnlySpan<float> Right(int row) => _right.AsSpan(row * _stride, _stride);

    /// <summary>(width, padded to strips): the vertical displacements of the pixels of a row.</summary>
    public ReadOnlySpan<float> Down(int row) => _down.AsSpan(row * _stride, _stride);

    /// <summary>Draws new displacements: α times the smoothed numbers.</summary>
    public void Draw(float alpha, ref RandomSequence random)
    {
        Draw(_right, alpha, ref random);
        Draw(_down, alpha, ref random);
    }

    private void Draw(float[] field, float alpha, ref RandomSequence random)
    {
        random.FillUniform(_numbers, alpha);
        Gemm.Multiply<float>(_height, _height, _width, _downward, _height, _numbers, [], _between, _stride);
        Gemm.Multiply<float>(_height, _width, _width, _between, _stride, _sideward, [], field, _stride);
    }

    // (size, size). Far from the edges, the numbers of a row add up to 1.
    private static float[] Gaussians(int size, double sigma)
    {
        double sum = 1;
        for (int distance = 1; distance <= 6 * sigma; distance++)
            sum += 2 * Gaussian(distance, sigma);
        var gaussians = new float[checked(size * size)];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                gaussians[i * size + j] = (float)(Gaussian(i - j, sigma) / sum);
        }

        return gaussians;
    }

    private static double Gaussian(double distance, double sigma) => Math.Exp(-distance * distance / (2 * sigma * sigma));
}
