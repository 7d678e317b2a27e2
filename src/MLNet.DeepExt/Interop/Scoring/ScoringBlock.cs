using System.Numerics.Tensors;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>
/// Rows that are scored together, once the first score is asked for. A row that has a NaN or an infinity among its features, or
/// for which the network computes one as it overflows, has NaN for every output. Not shared between threads.
/// </summary>
/// <remarks>
/// A sparse row of which at most one feature in 8 is stored stays sparse, so that its cost grows with these; any other is
/// written out. The scores are the same, to the last bit.
/// </remarks>
internal sealed class ScoringBlock
{
    /// <summary>The most rows that are scored together.</summary>
    public const int MostRows = 256;

    // Written out or stored, of all rows. PredictionBuffer writes out no more at once either, so that a block is one of its own;
    // its number is the engine's affair, and if they differ, a block takes more or less memory and gives the same scores.
    private const int LargestBlockFeatures = 1 << 20;

    // Of all rows together.
    private const int LargestBlockScores = 1 << 20;

    private readonly Predictor _predictor;
    private readonly PredictionBuffer _buffer;
    private readonly string _featureColumnName;
    private readonly int _denseCapacity;
    private readonly SparseBlock<float> _sparse;
    private float[] _dense = []; // (dense capacity, inputs), once there is a row
    private int _denseCount;
    private readonly float[] _scores; // (capacity, outputs): of the dense rows, then of the sparse ones
    private readonly float[] _notFinite; // (outputs)
    private readonly Place[] _places; // (capacity)
    private bool _scored;

    public ScoringBlock(Predictor predictor, string featureColumnName, int capacity)
    {
        _predictor = predictor;
        _featureColumnName = featureColumnName;
        _buffer = predictor.CreateBuffer(capacity);
        _denseCapacity = Math.Clamp(LargestBlockFeatures / predictor.Inputs, 1, capacity);
        _sparse = new SparseBlock<float>(capacity, predictor.Inputs);
        _scores = new float[capacity * predictor.Outputs];
        _notFinite = new float[predictor.Outputs];
        _notFinite.AsSpan().Fill(float.NaN);
        _places = new Place[capacity];
    }

    private enum Form
    {
        Dense,
        Sparse,
        NotFinite,
    }

    public int Capacity => _places.Length;

    public int Count { get; private set; }

    /// <summary>Whether the rows must be scored, or dropped, before another is added: there are enough, or they hold enough.</summary>
    public bool IsFull => Count == Capacity || _denseCount == _denseCapacity || _sparse.Entries >= LargestBlockFeatures;

    /// <summary>The most rows of a block of a predictor, at least 1: with many outputs, fewer rows have enough scores.</summary>
    public static int RowsOf(Predictor predictor) => Math.Clamp(LargestBlockScores / predictor.Outputs, 1, MostRows);

    public void Clear()
    {
        Count = 0;
        _denseCount = 0;
        _sparse.Clear();
        _scored = false;
    }

    public void Add(in VBuffer<float> features)
    {
        int inputs = _predictor.Inputs;
        if (VectorLength.FindFault(_featureColumnName, inputs, features.Length) is { } fault)
            throw fault;

        ReadOnlySpan<float> stored = features.GetValues();
        // What a network makes of NaN depends on its activations; it is not asked.
        if (!FiniteValues.Only(in features))
        {
            _places[Count++] = new Place(Form.NotFinite, 0);
        }
        else if (!features.IsDense && (long)stored.Length * SparseForm.SlotsPerNonZero <= inputs)
        {
            _places[Count++] = new Place(Form.Sparse, _sparse.Rows);
            _sparse.Append(features.GetIndices(), stored);
        }
        else
        {
            if (_dense.Length == 0)
                _dense = new float[_denseCapacity * inputs];
            _places[Count++] = new Place(Form.Dense, _denseCount);
            features.CopyTo(_dense.AsSpan(_denseCount++ * inputs, inputs));
        }
    }

    /// <summary>The outputs for a row of the block: (outputs).</summary>
    public ReadOnlySpan<float> Scores(int row)
    {
        int outputs = _predictor.Outputs;
        if (!_scored)
        {
            ReadOnlySpan<float> dense = _dense.AsSpan(0, _denseCount * _predictor.Inputs);
            _predictor.Predict(dense, _denseCount, _scores.AsSpan(0, _denseCount * outputs), _buffer);
            _predictor.Predict(_sparse, _scores.AsSpan(_denseCount * outputs), _buffer);
            MarkOverflow(_scores.AsSpan(0, (_denseCount + _sparse.Rows) * outputs));
            _scored = true;
        }

        return _places[row] switch
        {
            (Form.NotFinite, _) => _notFinite,
            (Form.Dense, int place) => _scores.AsSpan(place * outputs, outputs),
            (_, int place) => _scores.AsSpan((_denseCount + place) * outputs, outputs),
        };
    }

    // Which outputs overflow, and whether to an infinity or to NaN, depends on the order of sums: none of them says anything then.
    private void MarkOverflow(Span<float> scores)
    {
        for (; scores.Length > 0; scores = scores[_predictor.Outputs..])
        {
            Span<float> row = scores[.._predictor.Outputs];
            if (!TensorPrimitives.IsFiniteAll(row))
                row.Fill(float.NaN);
        }
    }

    /// <summary>Where a row is: in which form, and at which place among the rows of that form.</summary>
    private readonly record struct Place(Form Form, int Index);
}
