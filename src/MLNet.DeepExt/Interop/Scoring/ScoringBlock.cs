using System.Numerics.Tensors;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>
/// Rows that are scored together, once the first score is asked for. A row that has a NaN or an infinity among its features
/// has NaN for every output. Not shared between threads.
/// </summary>
internal sealed class ScoringBlock
{
    private readonly Predictor _predictor;
    private readonly PredictionBuffer _buffer;
    private readonly string _featureColumnName;
    private readonly float[] _features; // (capacity, inputs)
    private readonly float[] _scores; // (capacity, outputs)
    private readonly bool[] _finite; // (capacity)
    private bool _scored;

    public ScoringBlock(Predictor predictor, string featureColumnName, int capacity)
    {
        _predictor = predictor;
        _featureColumnName = featureColumnName;
        _buffer = predictor.CreateBuffer(capacity);
        _features = new float[capacity * predictor.Inputs];
        _scores = new float[capacity * predictor.Outputs];
        _finite = new bool[capacity];
    }

    public int Capacity => _finite.Length;

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
        _scored = false;
    }

    public void Add(in VBuffer<float> features)
    {
        int inputs = _predictor.Inputs;
        if (VectorLength.FindFault(_featureColumnName, inputs, features.Length) is { } fault)
            throw fault;

        Span<float> row = _features.AsSpan(Count * inputs, inputs);
        features.CopyTo(row);
        _finite[Count] = TensorPrimitives.IsFiniteAll<float>(row);
        // What a network makes of NaN depends on its activations; it is not asked.
        if (!_finite[Count])
            row.Clear();
        Count++;
    }

    /// <summary>The outputs for a row of the block: (outputs).</summary>
    public ReadOnlySpan<float> Scores(int row)
    {
        int outputs = _predictor.Outputs;
        if (!_scored)
        {
            _predictor.Predict(_features.AsSpan(0, Count * _predictor.Inputs), Count, _scores.AsSpan(0, Count * outputs), _buffer);
            for (int i = 0; i < Count; i++)
            {
                if (!_finite[i])
                    _scores.AsSpan(i * outputs, outputs).Fill(float.NaN);
            }

            _scored = true;
        }

        return _scores.AsSpan(row * outputs, outputs);
    }
}
