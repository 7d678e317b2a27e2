using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>What a column holds, by all of its fields.</summary>
/// <param name="parser">What a field means.</param>
internal sealed class ColumnInference(FieldParser parser)
{
    private readonly FieldParser _withComma = new(',');
    private bool _isNumber = true, _isNumberWithComma = true, _isBoolean = true, _isDate = true, _isOffset = true;
    private bool _hasBlank, _hasValue, _hasNumber;

    /// <summary>The type: the narrowest that every field has. Of no value at all, a number that is always missing.</summary>
    public DataKind Kind =>
        !_hasValue || _isNumber && _hasNumber ? DataKind.Single
        : _isBoolean && !_hasBlank ? DataKind.Boolean
        : _isDate && _hasNumber ? DataKind.DateTime
        : _isOffset && _hasNumber ? DataKind.DateTimeOffset
        : DataKind.String;

    /// <summary>Whether its fields would be numbers if a comma stood before decimals.</summary>
    public bool LooksLikeDecimalComma => Kind == DataKind.String && _isNumberWithComma && _hasNumber;

    /// <summary>Takes a field into account.</summary>
    public void Add(ReadOnlySpan<char> field)
    {
        if (field.IsEmpty)
        {
            _hasBlank = true;
            return;
        }

        _hasValue = true;
        if (_isBoolean)
            _isBoolean = FieldParser.TryBoolean(field, out _);
        if (FieldParser.IsMissing(field))
            return;
        _hasNumber = true;
        if (_isNumber)
            _isNumber = parser.TryNumber(field, out float _) && !FieldParser.HasLeadingZero(field);
        if (_isNumberWithComma)
            _isNumberWithComma = _withComma.TryNumber(field, out float _) && !FieldParser.HasLeadingZero(field);
        if (_isDate)
            _isDate = FieldParser.TryDate(field, out _);
        if (_isOffset)
            _isOffset = FieldParser.TryOffset(field, out _);
    }
}
