using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// A row while it is augmented. Movements of an image are collected, and applied together when its pixels are needed, so that the image is
/// sampled, and thereby blurred, as few times as possible. Not thread-safe.
/// </summary>
internal sealed class Canvas
{
    private readonly ImageShape? _shape; // null if rows are not images
    private readonly float? _fill;       // null repeats the pixels at the edges
    private readonly float[] _values;    // (features)
    private readonly float[] _bordered;  // (height + 2, width + 2): a channel with a border
    private readonly int _places;        // the number of pixels of a row, padded to whole vectors
    private readonly float[] _xs;        // (places): the source positions of the pixels of a row
    private readonly float[] _ys;        // (places)
    private readonly float[] _sampled;   // (height, places): a channel
    private readonly Dictionary<float, DisplacementField> _fields = []; // by sigma; created on first use
    private AffineMap _map;
    private bool _moved;
    private DisplacementField? _displacement; // null without displacement

    /// <param name="width">The number of features of a row.</param>
    /// <param name="shape">The image shape; null if rows are not images.</param>
    /// <param name="fill">The value of pixels outside the image; null repeats the pixels at its edges.</param>
    /// <param name="units">The grouping of features.</param>
    public Canvas(int width, ImageShape? shape, float? fill, FeatureUnits units)
    {
        _shape = shape;
        _fill = fill;
        Units = units;
        _values = new float[width];
        if (shape is null)
        {
            _bordered = _xs = _ys = _sampled = [];
            return;
        }

        _places = Lanes.Pad(shape.Width);
        _bordered = new float[checked((shape.Height + 2) * (shape.Width + 2))];
        _xs = new float[_places];
        _ys = new float[_places];
        _sampled = new float[checked(shape.Height * _places)];
    }

    /// <summary>The image shape of the row.</summary>
    public ImageShape Shape => _shape!;

    /// <summary>The grouping of features.</summary>
    public FeatureUnits Units { get; }

    /// <summary>The value of blanked pixels.</summary>
    public float Nothing => _fill ?? 0;

    /// <summary>The current values of the row: (features).</summary>
    public Span<float> Values
    {
        get
        {
            CarryOut();
            return _values;
        }
    }

    /// <summary>Starts with a row: (features).</summary>
    public void Load(ReadOnlySpan<float> row)
    {
        row.CopyTo(_values);
        Forget();
    }

    /// <summary>Adds a movement of the image.</summary>
    public void Move(in AffineMap map)
    {
        if (_displacement is not null)
            CarryOut();
        _map = map.After(_map);
        _moved = true;
    }

    /// <summary>Adds an individual displacement of every pixel.</summary>
    /// <param name="alpha">The factor of the displacement.</param>
    /// <param name="sigma">The standard deviation, in pixels, of the Gaussian that smooths the displacement.</param>
    /// <param name="random">The random numbers of this row.</param>
    public void Displace(float alpha, float sigma, ref RandomSequence random)
    {
        if (_displacement is not null)
            CarryOut();
        if (!_fields.TryGetValue(sigma, out DisplacementField? field))
            _fields.Add(sigma, field = new DisplacementField(Shape.Height, Shape.Width, sigma));
        field.Draw(alpha, ref random);
        _displacement = field;
        _moved = true;
    }

    private void Forget()
    {
        _map = AffineMap.Identity;
        _moved = false;
        _displacement = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CarryOut()
    {
        if (!_moved)
            return;
        for (int channel = 0; channel < Shape.Channels; channel++)
        {
            Frame(channel);
            for (int row = 0; row < Shape.Height; row++)
            {
                FindPlaces(row);
                BilinearSampling.Sample(
                    _bordered, Shape.Height, Shape.Width, _xs, _ys, _sampled.AsSpan(row * _places, _places));
            }

            Unframe(channel);
        }

        Forget();
    }

    // Computes the source positions of the pixels of a row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindPlaces(int row)
    {
        float middleX = (Shape.Width - 1) / 2f, middleY = (Shape.Height - 1) / 2f;
        ReadOnlySpan<float> right = default, down = default;
        if (_displacement is { } field)
        {
            right = field.Right(row);
            down = field.Down(row);
        }

        for (int i = 0; i < _places; i += Vector256<float>.Count)
        {
            Vector256<float> x = Vector256.CreateSequence(i - middleX, 1f);
            Vector256<float> y = Vector256.Create(row - middleY);
            if (_displacement is not null)
            {
                x += Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(right), (nuint)i);
                y += Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(down), (nuint)i);
            }

            Vector256<float> fromX = x * _map.Xx + y * _map.Xy + Vector256.Create(_map.X + middleX);
            Vector256<float> fromY = x * _map.Yx + y * _map.Yy + Vector256.Create(_map.Y + middleY);
            fromX.StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(_xs), (nuint)i);
            fromY.StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(_ys), (nuint)i);
        }
    }

    // Copies a channel and adds a border of outside pixels.
    private void Frame(int channel)
    {
        int stride = Shape.Width + 2;
        for (int row = 0; row < Shape.Height; row++)
        {
            Span<float> line = _bordered.AsSpan((row + 1) * stride, stride);
            Span<float> pixels = line[1..^1];
            int start = Shape.StartOf(channel) + row * Shape.Width * Shape.PixelStep;
            if (Shape.PixelStep == 1)
            {
                _values.AsSpan(start, Shape.Width).CopyTo(pixels);
            }
            else
            {
                for (int column = 0; column < pixels.Length; column++)
                    pixels[column] = _values[start + column * Shape.PixelStep];
            }

            line[0] = _fill ?? pixels[0];
            line[^1] = _fill ?? pixels[^1];
        }

        Span<float> above = _bordered.AsSpan(0, stride), below = _bordered.AsSpan((Shape.Height + 1) * stride);
        if (_fill is { } fill)
        {
            above.Fill(fill);
            below.Fill(fill);
            return;
        }

        _bordered.AsSpan(stride, stride).CopyTo(above);
        _bordered.AsSpan(Shape.Height * stride, stride).CopyTo(below);
    }

    private void Unframe(int channel)
    {
        for (int row = 0; row < Shape.Height; row++)
        {
            ReadOnlySpan<float> pixels = _sampled.AsSpan(row * _places, Shape.Width);
            int start = Shape.StartOf(channel) + row * Shape.Width * Shape.PixelStep;
            if (Shape.PixelStep == 1)
            {
                pixels.CopyTo(_values.AsSpan(start));
                continue;
            }

            for (int column = 0; column < pixels.Length; column++)
                _values[start + column * Shape.PixelStep] = pixels[column];
        }
    }
}
