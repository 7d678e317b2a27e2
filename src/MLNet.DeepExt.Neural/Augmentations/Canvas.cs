using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// A row while it is augmented. Movements of a picture are gathered, and carried out at once when its pixels are wanted, so that it is
/// blurred by sampling no more often than has to be. For one thread.
/// </summary>
internal sealed class Canvas
{
    private readonly ImageShape? _shape; // null where rows are no pictures
    private readonly float? _fill;       // null repeats the pixels at the edges
    private readonly float[] _values;    // (features)
    private readonly float[] _bordered;  // (height + 2, width + 2): a channel, with what is outside of it
    private readonly int _places;        // pixels of a row, in whole vectors
    private readonly float[] _xs;        // (places): where the pixels of a row come from
    private readonly float[] _ys;        // (places)
    private readonly float[] _sampled;   // (height, places): a channel
    private readonly Dictionary<ElasticDistortion, DisplacementField> _fields = []; // made when they are first wanted
    private AffineMap _map;
    private bool _moved;
    private DisplacementField? _displacement; // null where nothing is displaced

    /// <param name="width">Features of a row.</param>
    /// <param name="shape">How they are a picture; null if they are none.</param>
    /// <param name="fill">What is outside of a picture; null repeats the pixels at its edges.</param>
    /// <param name="units">What of the features belongs together.</param>
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

    /// <summary>How the row is a picture.</summary>
    public ImageShape Shape => _shape!;

    /// <summary>What of the features belongs together.</summary>
    public FeatureUnits Units { get; }

    /// <summary>What is put where there is nothing.</summary>
    public float Nothing => _fill ?? 0;

    /// <summary>The numbers of the row as they are by now: (features).</summary>
    public Span<float> Values
    {
        get
        {
            CarryOut();
            return _values;
        }
    }

    /// <summary>Begins with a row: (features).</summary>
    public void Load(ReadOnlySpan<float> row)
    {
        row.CopyTo(_values);
        Forget();
    }

    /// <summary>Moves the picture.</summary>
    public void Move(in AffineMap map)
    {
        if (_displacement is not null)
            CarryOut();
        _map = map.After(_map);
        _moved = true;
    }

    /// <summary>Moves every pixel on its own.</summary>
    /// <param name="distortion">How far, and how much alike neighbours.</param>
    /// <param name="random">What is drawn for this row.</param>
    public void Displace(ElasticDistortion distortion, ref RandomSequence random)
    {
        if (_displacement is not null)
            CarryOut();
        if (!_fields.TryGetValue(distortion, out DisplacementField? field))
            _fields.Add(distortion, field = new DisplacementField(Shape.Height, Shape.Width, distortion.Sigma));
        field.Draw(distortion.Alpha, ref random);
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

    // Where the pixels of a row come from.
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

    // Copies a channel, and puts around it what is outside of it.
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
