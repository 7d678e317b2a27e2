using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>
/// Features that grow with the rows, in whichever form suits them: sparse if there are 256 features or more of which at most
/// one in 8 is not 0 (or one in two, where one array does not hold the rows written out). The form that comes out depends on
/// the values of all rows alone: not on the form in which a row comes, nor on the machine. A row with which they would take more
/// than they may is not added, and no room is made for it.
/// </summary>
/// <remarks>
/// Which form it will be is known at the end. Until then rows are collected in the one that suits those seen so far, decided
/// again whenever an array must grow anyway, so that memory stays near that of the right form and copying near that of growing.
/// </remarks>
internal sealed class FeatureRowsBuilder
{
    private const int EntryBytes = sizeof(int) + sizeof(float);
    private const int FirstRows = 1024;
    private const long FirstBytes = 16 << 20;

    // A number of rows that the data view promises saves copying gigabytes; it may have fewer, so the trust is bounded.
    private const long TrustedBytes = 256 << 20;

    private readonly int _width;
    private readonly long _maximumBytes;
    private readonly int _maximumDenseRows; // as many as one array holds
    private readonly int _firstDenseRows;
    private bool _sparse;
    private long _nonZeros;
    private float[] _dense = []; // (capacity, width), or empty while sparse
    private int[] _starts = [0]; // (capacity + 1), or one 0 while dense
    private int[] _columns = []; // (entries), may be longer
    private float[] _values = []; // (entries), may be longer

    /// <param name="width">Features of a row.</param>
    /// <param name="expectedCount">How many rows there may be; null if unknown.</param>
    /// <param name="maximumBytes">What the features may take, in the form that suits them.</param>
    public FeatureRowsBuilder(int width, long? expectedCount, long maximumBytes = long.MaxValue)
    {
        _width = width;
        _maximumBytes = maximumBytes;
        _maximumDenseRows = Array.MaxLength / width;
        long firstBytes = expectedCount is null ? FirstBytes : TrustedBytes;
        long rows = Math.Min(expectedCount ?? FirstRows, firstBytes / ((long)width * sizeof(float)));
        _firstDenseRows = (int)Math.Clamp(rows, 1, _maximumDenseRows);
    }

    public int Count { get; private set; }

    /// <summary>What no more fits than, in words.</summary>
    public string Limit => SuitsSparse ? $"{Array.MaxLength} features other than 0" : $"{_maximumDenseRows} rows of {_width} features";

    /// <summary>What the features take in the form that suits those so far.</summary>
    public long Bytes =>
        SuitsSparse ? _nonZeros * EntryBytes + (long)Count * sizeof(int) : (long)Count * _width * sizeof(float);

    private bool FitsDense => Count <= _maximumDenseRows;

    // Where one array does not hold the rows written out, half of them not 0 is the most that is worth leaving zeros out for.
    private bool SuitsSparse => SparseForm.Suits(_width, Count, _nonZeros, FitsDense ? SparseForm.SlotsPerNonZero : 2);

    // No array grows beyond what the limit leaves to it. The row has been counted then, and is within the limit: it fits.
    private int MostDenseRows => (int)Math.Min(_maximumDenseRows, _maximumBytes / sizeof(float) / _width);

    private int MostEntries => (int)Math.Min(Array.MaxLength, (_maximumBytes - (long)Count * sizeof(int)) / EntryBytes);

    // On their way to being written out, rows have few starts beside their features.
    private int MostStarts => SuitsSparse
        ? (int)Math.Min(Array.MaxLength, (_maximumBytes - _nonZeros * EntryBytes) / sizeof(int) + 1)
        : Array.MaxLength;

    /// <summary>Adds a row, or leaves all as it is; its zeros are left out of what is counted, however they come.</summary>
    public RowAdmission Add(in VBuffer<float> row)
    {
        int nonZeros = SparseForm.IsWideEnough(_width) ? SparseForm.CountNonZeros(row.GetValues()) : _width;
        _nonZeros += nonZeros;
        Count++;
        if (Count == 1)
            _sparse = SuitsSparse;
        RowAdmission refusal = Bytes > _maximumBytes ? RowAdmission.OverLimit : RowAdmission.OverArrayLength;
        if (refusal == RowAdmission.OverLimit || !TryReserve(nonZeros))
        {
            Count--;
            _nonZeros -= nonZeros;
            return refusal;
        }

        if (_sparse)
            AppendSparse(row);
        else
            row.CopyTo(_dense.AsSpan((Count - 1) * _width, _width));
        return RowAdmission.Added;
    }

    public FeatureRows Build()
    {
        bool sparse = SuitsSparse || !FitsDense;
        if (sparse && !_sparse)
            ToSparse(Count, _nonZeros);
        if (!sparse && _sparse)
            ToDense(Count, Count);
        if (!_sparse)
            return new DenseRows(_width, _dense);
        Array.Resize(ref _starts, Count + 1);
        return new SparseRows(_width, _starts, _columns, _values);
    }

    // Room for the row that has just been counted.
    private bool TryReserve(int nonZeros)
    {
        if (!_sparse)
        {
            if ((long)Count * _width <= _dense.Length)
                return true;
            if (!SuitsSparse)
            {
                if (!FitsDense)
                    return false;
                long capacity = Math.Min(Math.Max(_firstDenseRows, 2L * (Count - 1)), MostDenseRows);
                Array.Resize(ref _dense, (int)capacity * _width);
                return true;
            }

            ToSparse(Count - 1, Math.Min(2 * _nonZeros, MostEntries));
        }

        long entries = (long)_starts[Count - 1] + nonZeros;
        if (entries > _columns.Length)
        {
            if (!SuitsSparse)
            {
                if (!FitsDense)
                    return false;
                ToDense(Count - 1, (int)Math.Min(2L * Count, MostDenseRows));
                return true;
            }

            if (entries > Array.MaxLength)
                return false;
            int capacity = (int)Math.Min(Math.Max(Math.Max(entries, FirstRows), 2L * _columns.Length), MostEntries);
            Array.Resize(ref _columns, capacity);
            Array.Resize(ref _values, capacity);
        }

        if (Count >= _starts.Length)
            Array.Resize(ref _starts, (int)Math.Min(Math.Max(FirstRows, 2L * Count), MostStarts));
        return true;
    }

    private void AppendSparse(in VBuffer<float> row)
    {
        ReadOnlySpan<float> values = row.GetValues();
        ReadOnlySpan<int> columns = row.IsDense ? default : row.GetIndices();
        int end = _starts[Count - 1];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] == 0)
                continue;
            _columns[end] = row.IsDense ? i : columns[i];
            _values[end++] = values[i];
        }

        _starts[Count] = end;
    }

    // Of the first rows, with room for a number of entries.
    private void ToSparse(int rows, long entries)
    {
        int capacity = (int)Math.Min(entries, Array.MaxLength);
        _columns = new int[capacity];
        _values = new float[capacity];
        _starts = new int[Math.Max(FirstRows, Count + 1)];
        int end = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = _dense.AsSpan(row * _width, _width);
            for (int column = 0; column < values.Length; column++)
            {
                if (values[column] == 0)
                    continue;
                _columns[end] = column;
                _values[end++] = values[column];
            }

            _starts[row + 1] = end;
        }

        _dense = [];
        _sparse = true;
    }

    // Of the first rows, with room for more.
    private void ToDense(int rows, int capacity)
    {
        _dense = new float[capacity * _width];
        for (int row = 0; row < rows; row++)
        {
            for (int entry = _starts[row]; entry < _starts[row + 1]; entry++)
                _dense[row * _width + _columns[entry]] = _values[entry];
        }

        _starts = [0];
        _columns = [];
        _values = [];
        _sparse = false;
    }
}
