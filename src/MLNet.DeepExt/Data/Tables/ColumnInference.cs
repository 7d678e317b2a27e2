using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>What a column holds, by all of its fields.</summary>
/// <param name="parser">What a field means.</param>
internal sealed class ColumnInference(FieldParser parser)
{
    private const double BeyondWhole = 1L << 53; // from here on a double does not hold every whole number

    private readonly FieldParser _withComma = new(',');
    private bool _isNumber = true, _isNumberWithComma = true, _isBoolean = true, _isDate = true, _isOffset = true;
    private bool _hasBlank, _hasValue, _hasKnown, _needsDouble, _hasThousands = true;

    /// <summary>The type: the narrowest that every field has. Of no value at all, a number that is always missing.</summary>
    public DataKind Kind =>
        !_hasValue ? DataKind.Single
        : !_hasKnown ? DataKind.String
        : _isNumber ? _needsDouble ? DataKind.Double : DataKind.Single
        : _isBoolean && !_hasBlank ? DataKind.Boolean
        : _isDate ? DataKind.DateTime
        : _isOffset ? DataKind.DateTimeOffset
        : DataKind.String;

    /// <summary>
    /// Whether its fields would be numbers if a comma stood before decimals, and not just before groups of three digits, as in 1,234.
    /// </summary>
    public bool LooksLikeDecimalComma => Kind == DataKind.String && _isNumberWithComma && !_hasThousands && _hasKnown;

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
        _hasKnown = true;
        if (_isNumber && IsNumber(field))
        {
            (_isDate, _isOffset) = (false, false);
            _isNumberWithComma &= !field.Contains('.');
            return;
        }

        _isNumber = false;
        if (_isNumberWithComma)
            AddWithComma(field);
        if (_isDate)
            _isDate = FieldParser.TryDate(field, out _);
        if (_isOffset)
            _isOffset = FieldParser.TryOffset(field, out _);
    }

    // Whole numbers are names as often as amounts, so that no digit of them may be lost.
    private bool IsNumber(ReadOnlySpan<char> field)
    {
        if (!parser.TryNumber(field, out double number) || FieldParser.HasLeadingZero(field))
            return false;
        if (field.TrimStart("+-").ContainsAnyExceptInRange('0', '9'))
            return true;
        _needsDouble |= (float)number != number;
        return Math.Abs(number) < BeyondWhole;
    }

    private void AddWithComma(ReadOnlySpan<char> field)
    {
        _isNumberWithComma = _withComma.TryNumber(field, out double _) && !FieldParser.HasLeadingZero(field);
        int comma = field.IndexOf(',');
        _hasThousands &= comma < 0 || field.Length - comma == 4;
    }
}
