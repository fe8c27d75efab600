;; Two matrix products with SIMD: four numbers of 32 bits at a time. All addresses and distances are
;; in bytes; the matrices lie in the memory row by row.
;;
;; Both work on blocks whose sums stay in the processor's registers. Where a block reaches beyond the
;; last row, that row takes its place: what is computed twice is the same.
(module
  (import "page" "memory" (memory 1))

  ;; The address of a row; of the last one, if there is none with that number.
  (func $row (param $matrix i32) (param $number i32) (param $rows i32) (param $bytes i32) (result i32)
    (local $last i32)
    (local.set $last (i32.sub (local.get $rows) (i32.const 1)))
    (i32.add (local.get $matrix)
      (i32.mul (local.get $bytes)
        (select (local.get $number) (local.get $last)
          (i32.lt_s (local.get $number) (local.get $last))))))

  ;; The sum of four numbers.
  (func $total (param $x v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $x)) (f32x4.extract_lane 1 (local.get $x)))
      (f32.add (f32x4.extract_lane 2 (local.get $x)) (f32x4.extract_lane 3 (local.get $x)))))

  ;; C (m, n) = A (m, k) B (k, n), with n a multiple of 8. $row_step and $column_step lead to A's
  ;; next row and column, so that A may be stored transposed. $panel has room for 8 columns of B.
  (func (export "product")
    (param $c i32) (param $a i32) (param $b i32) (param $m i32) (param $k i32) (param $n i32)
    (param $row_step i32) (param $column_step i32) (param $panel i32)
    (local $i i32) (local $j i32) (local $p i32) (local $from i32) (local $panel_end i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32) (local $out i32)
    (local $b0 v128) (local $b1 v128) (local $x v128) (local $width i32)
    (local $c00 v128) (local $c01 v128) (local $c10 v128) (local $c11 v128)
    (local $c20 v128) (local $c21 v128) (local $c30 v128) (local $c31 v128)
    (local.set $width (i32.shl (local.get $n) (i32.const 2)))
    (local.set $panel_end
      (i32.add (local.get $panel) (i32.shl (local.get $k) (i32.const 5))))

    (loop $columns ;; 8 of B and C
      ;; copy them to the panel, where one row is right after the other
      (local.set $p (local.get $panel))
      (local.set $from (i32.add (local.get $b) (local.get $j)))
      (loop $copy
        (v128.store (local.get $p) (v128.load (local.get $from)))
        (v128.store offset=16 (local.get $p) (v128.load offset=16 (local.get $from)))
        (local.set $from (i32.add (local.get $from) (local.get $width)))
        (local.set $p (i32.add (local.get $p) (i32.const 32)))
        (br_if $copy (i32.lt_u (local.get $p) (local.get $panel_end))))

      (local.set $i (i32.const 0))
      (loop $rows ;; 4 of A and C
        (local.set $a0 (call $row (local.get $a) (local.get $i) (local.get $m) (local.get $row_step)))
        (local.set $a1 (call $row (local.get $a) (i32.add (local.get $i) (i32.const 1)) (local.get $m) (local.get $row_step)))
        (local.set $a2 (call $row (local.get $a) (i32.add (local.get $i) (i32.const 2)) (local.get $m) (local.get $row_step)))
        (local.set $a3 (call $row (local.get $a) (i32.add (local.get $i) (i32.const 3)) (local.get $m) (local.get $row_step)))
        (local.set $c00 (v128.const f32x4 0 0 0 0)) (local.set $c01 (v128.const f32x4 0 0 0 0))
        (local.set $c10 (v128.const f32x4 0 0 0 0)) (local.set $c11 (v128.const f32x4 0 0 0 0))
        (local.set $c20 (v128.const f32x4 0 0 0 0)) (local.set $c21 (v128.const f32x4 0 0 0 0))
        (local.set $c30 (v128.const f32x4 0 0 0 0)) (local.set $c31 (v128.const f32x4 0 0 0 0))

        (local.set $p (local.get $panel))
        (loop $sum
          (local.set $b0 (v128.load (local.get $p)))
          (local.set $b1 (v128.load offset=16 (local.get $p)))
          (local.set $x (v128.load32_splat (local.get $a0)))
          (local.set $c00 (f32x4.add (local.get $c00) (f32x4.mul (local.get $x) (local.get $b0))))
          (local.set $c01 (f32x4.add (local.get $c01) (f32x4.mul (local.get $x) (local.get $b1))))
          (local.set $x (v128.load32_splat (local.get $a1)))
          (local.set $c10 (f32x4.add (local.get $c10) (f32x4.mul (local.get $x) (local.get $b0))))
          (local.set $c11 (f32x4.add (local.get $c11) (f32x4.mul (local.get $x) (local.get $b1))))
          (local.set $x (v128.load32_splat (local.get $a2)))
          (local.set $c20 (f32x4.add (local.get $c20) (f32x4.mul (local.get $x) (local.get $b0))))
          (local.set $c21 (f32x4.add (local.get $c21) (f32x4.mul (local.get $x) (local.get $b1))))
          (local.set $x (v128.load32_splat (local.get $a3)))
          (local.set $c30 (f32x4.add (local.get $c30) (f32x4.mul (local.get $x) (local.get $b0))))
          (local.set $c31 (f32x4.add (local.get $c31) (f32x4.mul (local.get $x) (local.get $b1))))
          (local.set $a0 (i32.add (local.get $a0) (local.get $column_step)))
          (local.set $a1 (i32.add (local.get $a1) (local.get $column_step)))
          (local.set $a2 (i32.add (local.get $a2) (local.get $column_step)))
          (local.set $a3 (i32.add (local.get $a3) (local.get $column_step)))
          (local.set $p (i32.add (local.get $p) (i32.const 32)))
          (br_if $sum (i32.lt_u (local.get $p) (local.get $panel_end))))

        (local.set $out (i32.add (local.get $j) (call $row (local.get $c) (local.get $i) (local.get $m) (local.get $width))))
        (v128.store (local.get $out) (local.get $c00))
        (v128.store offset=16 (local.get $out) (local.get $c01))
        (local.set $out (i32.add (local.get $j) (call $row (local.get $c) (i32.add (local.get $i) (i32.const 1)) (local.get $m) (local.get $width))))
        (v128.store (local.get $out) (local.get $c10))
        (v128.store offset=16 (local.get $out) (local.get $c11))
        (local.set $out (i32.add (local.get $j) (call $row (local.get $c) (i32.add (local.get $i) (i32.const 2)) (local.get $m) (local.get $width))))
        (v128.store (local.get $out) (local.get $c20))
        (v128.store offset=16 (local.get $out) (local.get $c21))
        (local.set $out (i32.add (local.get $j) (call $row (local.get $c) (i32.add (local.get $i) (i32.const 3)) (local.get $m) (local.get $width))))
        (v128.store (local.get $out) (local.get $c30))
        (v128.store offset=16 (local.get $out) (local.get $c31))

        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br_if $rows (i32.lt_s (local.get $i) (local.get $m))))

      (local.set $j (i32.add (local.get $j) (i32.const 32)))
      (br_if $columns (i32.lt_u (local.get $j) (local.get $width)))))

  ;; C (m, n) = A (m, k) B^T, with B (n, k) and k a multiple of 4.
  (func (export "product_bt")
    (param $c i32) (param $a i32) (param $b i32) (param $m i32) (param $k i32) (param $n i32)
    (local $i i32) (local $j i32) (local $end i32) (local $width i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32) (local $b0 i32) (local $b1 i32)
    (local $x v128) (local $y v128) (local $z v128) (local $out i32) (local $second i32)
    (local $c00 v128) (local $c01 v128) (local $c10 v128) (local $c11 v128)
    (local $c20 v128) (local $c21 v128) (local $c30 v128) (local $c31 v128)
    (local.set $width (i32.shl (local.get $k) (i32.const 2)))

    (loop $columns ;; 2 of C: rows of B
      (local.set $second ;; the second column is 4 bytes on, if there is one
        (i32.shl (i32.lt_s (i32.add (local.get $j) (i32.const 1)) (local.get $n)) (i32.const 2)))
      (local.set $i (i32.const 0))
      (loop $rows ;; 4 of A and C
        (local.set $b0 (call $row (local.get $b) (local.get $j) (local.get $n) (local.get $width)))
        (local.set $b1 (call $row (local.get $b) (i32.add (local.get $j) (i32.const 1)) (local.get $n) (local.get $width)))
        (local.set $a0 (call $row (local.get $a) (local.get $i) (local.get $m) (local.get $width)))
        (local.set $a1 (call $row (local.get $a) (i32.add (local.get $i) (i32.const 1)) (local.get $m) (local.get $width)))
        (local.set $a2 (call $row (local.get $a) (i32.add (local.get $i) (i32.const 2)) (local.get $m) (local.get $width)))
        (local.set $a3 (call $row (local.get $a) (i32.add (local.get $i) (i32.const 3)) (local.get $m) (local.get $width)))
        (local.set $c00 (v128.const f32x4 0 0 0 0)) (local.set $c01 (v128.const f32x4 0 0 0 0))
        (local.set $c10 (v128.const f32x4 0 0 0 0)) (local.set $c11 (v128.const f32x4 0 0 0 0))
        (local.set $c20 (v128.const f32x4 0 0 0 0)) (local.set $c21 (v128.const f32x4 0 0 0 0))
        (local.set $c30 (v128.const f32x4 0 0 0 0)) (local.set $c31 (v128.const f32x4 0 0 0 0))

        (local.set $end (i32.add (local.get $b0) (local.get $width)))
        (loop $sum
          (local.set $y (v128.load (local.get $b0)))
          (local.set $z (v128.load (local.get $b1)))
          (local.set $x (v128.load (local.get $a0)))
          (local.set $c00 (f32x4.add (local.get $c00) (f32x4.mul (local.get $x) (local.get $y))))
          (local.set $c01 (f32x4.add (local.get $c01) (f32x4.mul (local.get $x) (local.get $z))))
          (local.set $x (v128.load (local.get $a1)))
          (local.set $c10 (f32x4.add (local.get $c10) (f32x4.mul (local.get $x) (local.get $y))))
          (local.set $c11 (f32x4.add (local.get $c11) (f32x4.mul (local.get $x) (local.get $z))))
          (local.set $x (v128.load (local.get $a2)))
          (local.set $c20 (f32x4.add (local.get $c20) (f32x4.mul (local.get $x) (local.get $y))))
          (local.set $c21 (f32x4.add (local.get $c21) (f32x4.mul (local.get $x) (local.get $z))))
          (local.set $x (v128.load (local.get $a3)))
          (local.set $c30 (f32x4.add (local.get $c30) (f32x4.mul (local.get $x) (local.get $y))))
          (local.set $c31 (f32x4.add (local.get $c31) (f32x4.mul (local.get $x) (local.get $z))))
          (local.set $a0 (i32.add (local.get $a0) (i32.const 16)))
          (local.set $a1 (i32.add (local.get $a1) (i32.const 16)))
          (local.set $a2 (i32.add (local.get $a2) (i32.const 16)))
          (local.set $a3 (i32.add (local.get $a3) (i32.const 16)))
          (local.set $b0 (i32.add (local.get $b0) (i32.const 16)))
          (local.set $b1 (i32.add (local.get $b1) (i32.const 16)))
          (br_if $sum (i32.lt_u (local.get $b0) (local.get $end))))

        (local.set $out (call $cell (local.get $c) (local.get $i) (local.get $m) (local.get $n) (local.get $j)))
        (f32.store (local.get $out) (call $total (local.get $c00)))
        (f32.store (i32.add (local.get $out) (local.get $second)) (call $total (local.get $c01)))
        (local.set $out (call $cell (local.get $c) (i32.add (local.get $i) (i32.const 1)) (local.get $m) (local.get $n) (local.get $j)))
        (f32.store (local.get $out) (call $total (local.get $c10)))
        (f32.store (i32.add (local.get $out) (local.get $second)) (call $total (local.get $c11)))
        (local.set $out (call $cell (local.get $c) (i32.add (local.get $i) (i32.const 2)) (local.get $m) (local.get $n) (local.get $j)))
        (f32.store (local.get $out) (call $total (local.get $c20)))
        (f32.store (i32.add (local.get $out) (local.get $second)) (call $total (local.get $c21)))
        (local.set $out (call $cell (local.get $c) (i32.add (local.get $i) (i32.const 3)) (local.get $m) (local.get $n) (local.get $j)))
        (f32.store (local.get $out) (call $total (local.get $c30)))
        (f32.store (i32.add (local.get $out) (local.get $second)) (call $total (local.get $c31)))

        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br_if $rows (i32.lt_s (local.get $i) (local.get $m))))

      (local.set $j (i32.add (local.get $j) (i32.const 2)))
      (br_if $columns (i32.lt_s (local.get $j) (local.get $n)))))

  ;; The address of C's number in row $i and column $j.
  (func $cell (param $c i32) (param $i i32) (param $m i32) (param $n i32) (param $j i32) (result i32)
    (i32.add
      (call $row (local.get $c) (local.get $i) (local.get $m) (i32.shl (local.get $n) (i32.const 2)))
      (i32.shl (local.get $j) (i32.const 2)))))
